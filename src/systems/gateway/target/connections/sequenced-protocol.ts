import type { UploadFrame } from '../../wire/dialect.ts'
import { encodeSequencedError, encodeSequencedOk } from '../../wire/index.ts'
import type { ResultPart } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import type { Gateway } from '../gateway.ts'
import { collectResults } from '../sessions/collect-results.ts'
import { type Session, UploadRefused } from '../sessions/session.ts'
import type { ClientSocket } from './client-socket.ts'
import type { RefusalCode, UploadProtocol } from './upload-protocol.ts'

/** Numbered batches; after the end of the fifth kind one answer with all results. */
export class SequencedProtocol implements UploadProtocol {
  readonly refusesAt = 'connect'
  readonly #gateway: Gateway
  readonly #client: ClientSocket
  readonly #session: Session
  readonly #nextIds = new Map<Kind, number>()
  readonly #parts: ResultPart[] = []
  #results: Promise<void> | undefined
  #batches = 0
  #records = 0

  constructor(gateway: Gateway, client: ClientSocket, address: string) {
    this.#gateway = gateway
    this.#client = client
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
      await this.#session.end(kind)
      if (this.#session.uploaded) this.#results ??= this.#sendResults()
    }
  }

  async takeEnd(): Promise<void> {
    if (!this.#results) throw new UploadRefused('INCOMPLETE_UPLOAD', 'the connection ended before the upload')
    await this.#results
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
    const complete = await collectResults(this.#gateway, this.#session, this.#gateway.deliver)
    const { clientId: sessionId } = this.#session
    const answer = { sessionId, batches: this.#batches, records: this.#records, results: this.#parts }
    this.#session.completed = complete
    this.#client.end(complete ? encodeSequencedOk(answer) : encodeSequencedError('INTERNAL', 'the session was closed'))
    await this.#gateway.sessions.close(this.#session)
  }
}
