import type { UploadFrame } from '../../wire/dialect.ts'
import { encodeAnswer, encodeResultLine, encodeResultsEnd } from '../../wire/index.ts'
import { finishAsComplete } from '../defects/finish-as-complete.ts'
import type { Gateway } from '../gateway.ts'
import { collectResults } from '../sessions/collect-results.ts'
import type { Session } from '../sessions/session.ts'
import type { ClientSocket } from './client-socket.ts'
import type { ClientConnection, UploadProtocol } from './upload-protocol.ts'
import { UploadRefused } from './upload-refused.ts'

/** One answer after every frame; after the fifth EOF's answer the results as lines; a reset begins a new upload. */
export class AcknowledgedProtocol implements UploadProtocol {
  readonly refusesAt = 'first-frame'
  readonly #gateway: Gateway
  readonly #client: ClientSocket
  readonly #connection: ClientConnection
  #session: Session
  /** Of the sessions of this connection, the last whose results were sent or are being sent. */
  #answered: Session | undefined

  constructor(connection: ClientConnection) {
    this.#gateway = connection.gateway
    this.#client = connection.client
    this.#connection = connection
    this.#session = this.#createSession()
  }

  get awaitsClient(): boolean {
    return !this.#session.uploaded || this.#session.completed
  }

  async takeFrame(frame: UploadFrame): Promise<void> {
    const isRepeated = frame.type === 'end' && this.#session.hasEnded(frame.kind)
    const ok = await this.#apply(frame)
    await this.#client.write(encodeAnswer(ok))
    if (isRepeated && this.#gateway.defect.acts('double-answer')) await this.#client.write(encodeAnswer(ok))
    if (!this.#session.uploaded || this.#answered === this.#session) return
    this.#answered = this.#session
    void this.#sendResults(this.#session).catch((error) => this.#connection.fail(error))
  }

  /** Who ends its side in this dialect leaves; whoever waited for it would not see it go. */
  async takeEnd(): Promise<void> {
    this.#client.end()
  }

  encodeRefusal(): Buffer {
    return encodeAnswer(false)
  }

  async close(): Promise<void> {
    const { defect } = this.#gateway
    if (!this.#session.uploaded && defect.acts('disconnect-as-eof'))
      await finishAsComplete(this.#gateway, this.#session)
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
    this.#session = this.#createSession()
  }

  #createSession(): Session {
    return this.#gateway.sessions.create(this.#connection.address, (part) => this.#client.write(encodeResultLine(part)))
  }

  async #sendResults(session: Session): Promise<void> {
    session.completed = await collectResults(this.#gateway, session, this.#gateway.deliver)
    if (session !== this.#session) return
    if (!session.completed) throw new UploadRefused('INTERNAL', 'the session was closed')
    const end = encodeResultsEnd(session.clientId)
    const { defect, shared } = this.#gateway
    if (defect.acts('recycled-handle')) shared.unsent.push(end)
    else await this.#client.write(end)
    await this.#gateway.sessions.close(session)
  }
}
