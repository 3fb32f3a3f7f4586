import type { GatewayContext } from '../gateway-context.ts'
import { Session } from './session.ts'

/** All uploads that live, by client id. */
export class SessionManager {
  readonly #sessions = new Map<string, Session>()
  readonly #context: GatewayContext
  #created = 0
  #completed = 0

  constructor(context: GatewayContext) {
    this.#context = context
  }

  create(address: string): Session {
    const number = ++this.#created
    const session: Session = new Session(this.#context, { number, address, onLost: () => void this.close(session) })
    this.#sessions.set(session.clientId, session)
    session.log.info('session created', { number: session.number, address })
    return session
  }

  get(clientId: string): Session | undefined {
    return this.#sessions.get(clientId)
  }

  /** Frees all that the session holds; what was not completed is cancelled in the pipeline too. Idempotent. */
  async close(session: Session): Promise<void> {
    if (!this.#sessions.delete(session.clientId)) return
    if (session.completed) this.#completed++
    session.log.info('session closed', { completed: session.completed })
    await session.close()
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.close(session)))
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
    return [...this.#sessions.values()].map((session) => session.describe())
  }
}
