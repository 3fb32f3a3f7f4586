import { setTimeout as delay } from 'node:timers/promises'
import type { GatewayContext } from '../gateway-context.ts'
import { type ResultSink, Session } from './session.ts'

/** All uploads that live, by client id. */
export class SessionManager {
  readonly #sessions = new Map<string, Session>()
  readonly #context: GatewayContext
  #created = 0
  #completed = 0

  constructor(context: GatewayContext) {
    this.#context = context
  }

  create(address: string, sink: ResultSink): Session {
    const number = ++this.#created
    const onLost = () => void this.close(session)
    const session: Session = new Session(this.#context, { number, address, sink, onLost })
    this.#sessions.set(session.clientId, session)
    session.log.info('session created', { number: session.number, address })
    return session
  }

  get(clientId: string): Session | undefined {
    return this.#sessions.get(clientId)
  }

  /** Frees all that the session holds; what was not completed is cancelled in the pipeline too. Idempotent. */
  async close(session: Session): Promise<void> {
    if (this.#context.defect.acts('leaked-sessions')) return
    if (!this.#sessions.delete(session.clientId)) return
    if (session.completed) this.#completed++
    session.log.info('session closed', { completed: session.completed })
    await session.close()
  }

  /** Closes the uploaded sessions of whose results nothing was heard for so long; returns how many. */
  async closeIdle(afterMs: number): Promise<number> {
    const oldest = performance.now() - afterMs
    const idle = this.list().filter((session) => session.uploaded && session.touchedAtMs < oldest)
    await Promise.all(idle.map((session) => this.close(session)))
    return idle.length
  }

  /** Gives those who have sent everything so long for their results, and closes the others. */
  async finishAll(limitMs: number): Promise<void> {
    const waiting = this.list().filter((session) => session.uploaded && !session.completed)
    const finished = Promise.all(waiting.map((session) => session.closed))
    await Promise.race([finished, delay(limitMs, undefined, { ref: false })])
    await this.#closeAll()
  }

  async #closeAll(): Promise<void> {
    await Promise.all(this.list().map((session) => this.close(session)))
  }

  /** In the order of their creation. */
  list(): readonly Session[] {
    return [...this.#sessions.values()]
  }

  statistics() {
    return {
      sessions: this.#sessions.size,
      sessionsCreated: this.#created,
      sessionsCompleted: this.#completed,
    }
  }

  /** For the operator's listing. */
  describe() {
    return this.list().map((session) => session.describe())
  }
}
