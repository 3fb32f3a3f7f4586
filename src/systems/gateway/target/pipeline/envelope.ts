import type { BrokerMessage, MessageHeaders } from '../../../../targets/broker/broker.ts'
import type { Query } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import { type Destination, isOwnerStage, type OwnerStage, ownerStages } from './stages.ts'

/** Whose a message is and where that client's data goes. Every message of the pipeline carries it. */
export interface ClientRoute {
  /** The session's UUID: of one upload, never used again. */
  readonly clientId: string
  /** The queue on which the gateway waits for this client's results. */
  readonly replyTo: string
  /** Which worker of each owner stage keeps this client's state. */
  readonly partitions: Readonly<Record<OwnerStage, number>>
}

/**
 * What a message is about. `data` carries rows and its number among the chunks of its kind; `eof` says how many chunks
 * of its kind were sent; `cancel` that nobody waits for this client's results any more; `result` carries an answer, as
 * rows or as JSON; `result-eof` says how many chunks of results there are.
 */
export type Content =
  | { readonly type: 'data'; readonly dataType: Kind; readonly chunkIndex: number }
  | { readonly type: 'eof'; readonly dataType: Kind; readonly totalChunks: number }
  | { readonly type: 'cancel' }
  | { readonly type: 'result'; readonly query: Query; readonly chunkIndex: number; readonly totalChunks?: number }
  | { readonly type: 'result-eof'; readonly query: Query; readonly totalChunks: number }

export interface Envelope {
  readonly route: ClientRoute
  readonly content: Content
}

const contentFields = {
  type: 'type',
  data_type: 'dataType',
  query: 'query',
  chunk_index: 'chunkIndex',
  total_chunks: 'totalChunks',
} as const

/** The envelope travels as headers, so that a stage that only passes rows on never looks into the body. */
export function envelopeHeaders({ route, content }: Envelope): MessageHeaders {
  const headers: Record<string, string | number> = { client_id: route.clientId, reply_to: route.replyTo }
  for (const stage of ownerStages) headers[stage] = route.partitions[stage]
  const fields: Readonly<Record<string, string | number | undefined>> = { ...content }
  for (const [header, field] of Object.entries(contentFields)) {
    const value = fields[field]
    if (value !== undefined) headers[header] = value
  }
  return headers
}

/** Trusts the headers: only the gateway and its workers write them, and nothing a client sends gets into them. */
export function readEnvelope({ headers }: Pick<BrokerMessage, 'headers'>): Envelope {
  const content: Record<string, unknown> = {}
  for (const [header, field] of Object.entries(contentFields)) {
    if (headers[header] !== undefined) content[field] = headers[header]
  }
  const partitions = Object.fromEntries(ownerStages.map((stage) => [stage, headers[stage]]))
  return {
    route: {
      clientId: headers['client_id'] as string,
      replyTo: headers['reply_to'] as string,
      partitions: partitions as ClientRoute['partitions'],
    },
    content: content as unknown as Content,
  }
}

export function stageQueue(prefix: string, stage: Destination, partition: number): string {
  return isOwnerStage(stage) ? `${prefix}.${stage}.${partition}` : `${prefix}.${stage}`
}

/** Where the owner of a partition keeps its checkpoints. */
export const stateQueue = (ownerQueue: string) => `${ownerQueue}.state`

/** The queue of a destination for this client. */
export function queueFor(prefix: string, to: Destination, route: ClientRoute): string {
  if (to === 'results') return route.replyTo
  return stageQueue(prefix, to, isOwnerStage(to) ? route.partitions[to] : 0)
}
