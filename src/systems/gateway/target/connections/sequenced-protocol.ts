import type { UploadFrame } from '../../wire/dialect.ts'
import { encodeSequencedError, encodeSequencedOk } from '../../wire/index.ts'
import type { ResultPart } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import type { Gateway } from '../gateway.ts'
import { collectResults } from '../sessions/collect-results.ts'
import type { Session } from '../sessions/session.ts'
import type { ClientSocket } from './client-socket.ts'
import type { ClientConnection, UploadProtocol } from './upload-protocol.ts'
import { type RefusalCode, UploadRefused } from './upload-refused.ts'

/** Numbered batches; after the end of the fifth kind one answer with all results. */
export class SequencedProtocol implements UploadProtocol {
  readonly refusesAt = 'connect'
  readonly #gateway: Gateway
  readonly #client: ClientSocket
  readonly #fail: ClientConnection['fail']
  readonly #session: Session
  readonly #nextIds = new Map<Kind, number>()
  readonly #parts: ResultPart[] = []
  #batches = 0
  #records = 0

  constructor({ gateway, client, address, fail }: ClientConnection) {
    this.#gateway = gateway
    this.#client = client
    this.#fail = fail
    this.#session = gateway.sessions.create(address, async (part) => void this.#parts.push(part))
  }

  get awaitsClient(): boolean {
    return !this.#session.uploaded
  }

  async takeFrame(frame: UploadFrame): Promise<void> {
    if (frame.type !== 'batch' && frame.type !== 'end') return
    const kind = frame.type === 'batch' ? frame.batch.kind : frame.kind
    if (!this.#isNext(kind, frame.batchId ?? 0)) return
    if (frame.type === 'batch') {
      await this.#session.add(frame.batch)
      this.#batches++
      this.#records += frame.batch.rows.length
    } else {
      const isFirst = await this.#session.end(kind)
      if (isFirst && this.#session.uploaded) void this.#sendResults().catch(this.#fail)
    }
  }

  async takeEnd(): Promise<void> {
    if (!this.#session.uploaded) throw new UploadRefused('INCOMPLETE_UPLOAD', 'the connection ended before the upload')
  }

  encodeRefusal(code: RefusalCode, message: string): Buffer {
    return encodeSequencedError(code, message)
  }

  async close(): Promise<void> {
    await this.#gateway.sessions.close(this.#session)
  }

  /** False for a batch that came before: sent twice, it counts once. */
  #isNext(kind: Kind, batchId: number): boolean {
    const next = this.#nextIds.get(kind) ?? 0
    if (batchId > next)
      throw new UploadRefused('MALFORMED', `${kind}: batch ${batchId} came where ${next} was expected`)
    if (batchId < next) return false
    this.#nextIds.set(kind, next + 1)
    return true
  }

  async #sendResults(): Promise<void> {
    const { clientId: sessionId } = this.#session
    this.#session.completed = await collectResults(this.#gateway, this.#session, this.#gateway.deliver)
    if (!this.#session.completed) throw new UploadRefused('INTERNAL', 'the session was closed')
    const answer = { sessionId, batches: this.#batches, records: this.#records, results: this.#parts }
    this.#client.end(encodeSequencedOk(answer))
    await this.#gateway.sessions.close(this.#session)
  }
}
