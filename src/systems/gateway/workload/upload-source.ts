import type { Batch, Kind } from '../wire/rows.ts'

/** What one client uploads in one iteration: the same rows in the same batches each time it is asked. */
export interface UploadSource {
  batchesOf(kind: Kind): AsyncIterable<Batch> | Iterable<Batch>
  /** Share of the data that the batches returned so far make up, 0 to 1; by bytes where rows are not counted. */
  progress(): number
  /** Rows of a user's dataset that could not be read and are in no batch. */
  skipped(): SkippedRows
}

export interface SkippedRows {
  readonly rows: number
  /** The first of them. */
  readonly examples: readonly SkippedRow[]
}

export interface SkippedRow {
  readonly file: string
  /** Counts from 1; the last line where a row spans several. */
  readonly line: number
  readonly reason: string
}

/** The next thing to send. */
export type UploadStep =
  | { readonly type: 'batch'; readonly batch: Batch }
  | { readonly type: 'end'; readonly kind: Kind }

/** The documented order of upload, which is also the order in which kinds take turns. */
export const uploadOrder: readonly Kind[] = ['users', 'stores', 'menu_items', 'transactions', 'transaction_items']

/** All batches in documented order. */
export async function* listBatches(source: UploadSource): AsyncIterable<Batch> {
  for (const kind of uploadOrder) yield* source.batchesOf(kind)
}

/** One kind after the other, each with its end; or, interleaved, one batch of each kind in turn. */
export async function* listSteps(source: UploadSource, interleave: boolean): AsyncIterable<UploadStep> {
  const queue = uploadOrder.map((kind) => ({ kind, batches: iterate(source.batchesOf(kind)) }))
  while (queue.length > 0) {
    const turn = queue[0] as (typeof queue)[number]
    const { done, value } = await turn.batches.next()
    yield done ? { type: 'end', kind: turn.kind } : { type: 'batch', batch: value }
    if (done || interleave) queue.shift()
    if (!done && interleave) queue.push(turn)
  }
}

function iterate(batches: AsyncIterable<Batch> | Iterable<Batch>): AsyncIterator<Batch> | Iterator<Batch> {
  return Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]()
}
