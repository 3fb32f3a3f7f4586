import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { hash32 } from '../../../../core/hash.ts'
import type { ServerLog } from '../../../../targets/server-log.ts'
import type { ResultPart } from '../../wire/results.ts'
import { type Batch, type Kind, kinds } from '../../wire/rows.ts'
import { UploadRefused } from '../connections/upload-refused.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { ClientRoute, Content } from '../pipeline/envelope.ts'
import { ownerStages, uploadRoutes } from '../pipeline/stages.ts'
import { encodeTable, type Table } from '../pipeline/table.ts'
import { Chunker } from './chunker.ts'
import { publishDurably } from './publish-durably.ts'

/** Takes one part of the results after the other; resolves when there is room for the next. */
export type ResultSink = (part: ResultPart) => Promise<void>

/** Chunks of one session on their way to the broker. */
const window = 8

export interface SessionOptions {
  /** Counts the sessions of this gateway. */
  readonly number: number
  readonly address: string
  readonly sink: ResultSink
  /** The broker stays away: what the client sent cannot be processed. */
  readonly onLost: () => void
}

/** One upload of one client: what it has sent, and the route of everything that comes of it. */
export class Session {
  readonly route: ClientRoute
  readonly number: number
  readonly address: string
  /** Where this client's results go. */
  readonly sink: ResultSink
  readonly createdAtMs = Date.now()
  readonly log: ServerLog
  /** When something last came of it, on the process's monotonic clock. */
  touchedAtMs = performance.now()
  /** All results were handed over. */
  completed = false
  readonly #context: GatewayContext
  readonly #onLost: () => void
  readonly #chunker: Chunker
  readonly #chunks = new Map<Kind, number>()
  readonly #ended = new Set<Kind>()
  readonly #onTheWay = new Set<Promise<void>>()
  readonly #closing = new AbortController()
  #registered: Promise<void> | undefined

  constructor(context: GatewayContext, { number, address, sink, onLost }: SessionOptions) {
    const { defect, shared } = context
    const clientId = defect.acts('reused-session-id') ? `session-${number >>> 1}` : randomUUID()
    const partitions = ownerStages.map((stage) => [stage, hash32(clientId) % context.settings.workers[stage]] as const)
    this.route = {
      clientId,
      replyTo: `${context.queuePrefix}.results.${defect.acts('competing-result-consumers') ? 'all' : clientId}`,
      partitions: Object.fromEntries(partitions) as ClientRoute['partitions'],
    }
    this.number = number
    this.address = address
    this.sink = sink
    this.log = context.log.of(clientId)
    this.#context = context
    this.#onLost = onLost
    const pending = defect.acts('mixed-chunks') ? shared.pendingRows : undefined
    this.#chunker = new Chunker(context.settings.chunkRows, pending)
  }

  get clientId(): string {
    return this.route.clientId
  }

  /** Resolves when the session ends. */
  get closed(): Promise<unknown> {
    return this.closing.aborted ? Promise.resolve() : once(this.closing, 'abort')
  }

  /** Aborted when the session ends. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** The client has ended all five kinds. */
  get uploaded(): boolean {
    return this.#ended.size === kinds.length
  }

  hasEnded(kind: Kind): boolean {
    return this.#ended.has(kind)
  }

  /** Resolves when there is room for more. Rejects with `UploadRefused` for rows after the end of their kind. */
  async add(batch: Batch): Promise<void> {
    this.touchedAtMs = performance.now()
    if (this.#ended.has(batch.kind)) throw new UploadRefused('MALFORMED', `${batch.kind} came after their end`)
    await this.#register()
    if (this.closing.aborted) throw new UploadRefused('INTERNAL', 'the session is closed')
    const table = this.#chunker.add(batch)
    if (table) await this.#sendChunk(batch.kind, table)
  }

  /** False where the kind had ended before: an EOF that comes twice counts once. */
  async end(kind: Kind): Promise<boolean> {
    if (this.#ended.has(kind)) return false
    await this.#register()
    this.touchedAtMs = performance.now()
    this.#ended.add(kind)
    const table = this.#chunker.flush(kind)
    if (table) await this.#sendChunk(kind, table)
    this.#sendEof(kind)
    const { barrier, defect, shared } = this.#context
    if (defect.acts('global-eof-counter') && shared.count('EOF') >= kinds.length)
      for (const rest of kinds) await this.end(rest)
    if (this.uploaded) barrier?.finish(this.clientId)
    return true
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#context.barrier?.leave(this.clientId)
    // Where the broker stayed away there is no queue; what else there is, is freed all the same.
    await this.#registered?.catch(() => {})
    if (this.#registered && !this.completed) await this.#cancelInPipeline()
    await this.#context.ledger.freeAll(this.clientId)
  }

  describe() {
    return {
      clientId: this.clientId,
      number: this.number,
      address: this.address,
      createdAt: new Date(this.createdAtMs).toISOString(),
      ended: [...this.#ended],
      chunks: Object.fromEntries(this.#chunks),
      pendingRows: this.#chunker.pendingRows,
    }
  }

  /** With the first frame: a client that only connects costs no queue, and holds up nobody behind a barrier. */
  #register(): Promise<void> {
    this.#registered ??= this.#open()
    return this.#registered
  }

  async #open(): Promise<void> {
    const { broker, ledger, barrier } = this.#context
    this.log.info('session registered', { kinds })
    barrier?.register(this.clientId)
    ledger.acquire(this.clientId, 'buffers', () => this.#chunker.clear())
    await broker.declareQueue(this.route.replyTo)
    ledger.acquire(this.clientId, 'queues', () => broker.deleteQueue(this.route.replyTo))
  }

  async #sendChunk(kind: Kind, table: Table): Promise<void> {
    const chunkIndex = this.#chunks.get(kind) ?? 0
    this.#chunks.set(kind, chunkIndex + 1)
    this.#send(kind, { type: 'data', dataType: kind, chunkIndex }, encodeTable(table), this.#routeOf(kind, table))
    while (this.#onTheWay.size >= window) await Promise.race(this.#onTheWay)
  }

  /** The EOF may overtake chunks that are still on their way: it says how many there are. */
  #sendEof(kind: Kind): void {
    const content = { type: 'eof', dataType: kind, totalChunks: this.#chunks.get(kind) ?? 0 } as const
    const { barrier } = this.#context
    const send = () => {
      this.log.info('EOF sent', { kind, chunks: content.totalChunks, to: uploadRoutes[kind] })
      this.#send(kind, content)
    }
    if (!barrier) send()
    const waitsFor = barrier?.hold(this.clientId, send) ?? []
    if (waitsFor.length > 0) this.log.info('EOF held', { kind, waitsFor })
  }

  #routeOf(kind: Kind, table: Table): ClientRoute {
    const { defect, shared } = this.#context
    if (kind !== 'stores' || !defect.acts('delimiter-injection')) return this.route
    return shared.readRoute(kind, String(table.texts['storeName']?.bytes), this.number, this.route)
  }

  #send(kind: Kind, content: Content, body?: Buffer, route = this.route): void {
    for (const stage of uploadRoutes[kind]) {
      const sent = publishDurably(this.#context, stage, { route, content }, body, this.closing)
        .catch((error) => {
          this.log.error('the broker stays away', { stage, error: String(error) })
          this.#onLost()
        })
        .finally(() => this.#onTheWay.delete(sent))
      this.#onTheWay.add(sent)
    }
  }

  async #cancelInPipeline(): Promise<void> {
    const cancel = { route: this.route, content: { type: 'cancel' } } as const
    await Promise.all(this.#onTheWay)
    await Promise.all(
      ownerStages.map((stage) =>
        publishDurably(this.#context, stage, cancel, undefined, this.#context.stopping.signal).catch((error) =>
          this.log.warn('cancel not sent: the sweep will find the rest', { stage, error: String(error) }),
        ),
      ),
    )
  }
}
