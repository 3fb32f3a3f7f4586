import type { UploadFrame } from '../../wire/dialect.ts'
import { encodeAnswer, encodeResultLine, encodeResultsEnd } from '../../wire/index.ts'
import type { Gateway } from '../gateway.ts'
import { collectResults } from '../sessions/collect-results.ts'
import { type Session, UploadRefused } from '../sessions/session.ts'
import type { ClientSocket } from './client-socket.ts'
import type { UploadProtocol } from './upload-protocol.ts'

/** One answer after every frame; after the fifth EOF's answer the results as lines; a reset begins a new upload. */
export class AcknowledgedProtocol implements UploadProtocol {
  readonly refusesAt = 'first-frame'
  readonly #gateway: Gateway
  readonly #client: ClientSocket
  readonly #address: string
  #session: Session
  #results: Promise<void> | undefined

  constructor(gateway: Gateway, client: ClientSocket, address: string) {
    this.#gateway = gateway
    this.#client = client
    this.#address = address
    this.#session = gateway.sessions.create(address)
  }

  get awaitsClient(): boolean {
    return !this.#session.uploaded || this.#session.completed
  }

  async takeFrame(frame: UploadFrame): Promise<void> {
    const ok = await this.#apply(frame)
    await this.#client.write(encodeAnswer(ok))
    if (this.#session.uploaded) this.#results ??= this.#sendResults(this.#session)
  }

  async takeEnd(): Promise<void> {
    await this.#results
    this.#client.end()
  }

  encodeRefusal(): Buffer {
    return encodeAnswer(false)
  }

  async close(): Promise<void> {
    await this.#gateway.sessions.close(this.#session)
  }

  async #apply(frame: UploadFrame): Promise<boolean> {
    try {
      if (frame.type === 'batch') await this.#session.add(frame.batch)
      else if (frame.type === 'end') await this.#session.end(frame.kind)
      else if (frame.type === 'reset') await this.#reset()
      return frame.type !== 'unknown-type'
    } catch (error) {
      if (!(error instanceof UploadRefused)) throw error
      this.#session.log.warn('frame refused', { reason: error.message })
      return false
    }
  }

  async #reset(): Promise<void> {
    await this.#gateway.sessions.close(this.#session)
    this.#results = undefined
    this.#session = this.#gateway.sessions.create(this.#address)
  }

  async #sendResults(session: Session): Promise<void> {
    const complete = await collectResults(this.#gateway, session, (part) => this.#client.write(encodeResultLine(part)))
    if (!complete) return
    session.completed = true
    await this.#client.write(encodeResultsEnd(session.clientId))
    await this.#gateway.sessions.close(session)
  }
}
