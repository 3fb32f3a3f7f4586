import type { WebSocket } from 'ws'
import { Session } from './session.ts'
import type { Traits } from './traits.ts'

/** All sessions of one server, and to whom the snapshots of each go. */
export class SessionTable {
  /** Answers to controls so far. */
  answers = 0
  readonly traits: Traits
  readonly sessions = new Map<string, Session>()
  /** The session of those who name none. */
  readonly shared: Session
  /** Of whom the last request was: what a server knows that keeps it in a variable. */
  current: Session | undefined
  private requests: number[] = []
  private sent = 0

  constructor(traits: Traits) {
    this.traits = traits
    this.shared = new Session('global', traits, (session) => session.sockets)
  }

  create(id: string): Session {
    const session = new Session(id, this.traits, (of) => this.route(of))
    const [last] = [...this.sessions.values()].slice(-1)
    if (this.traits.leak === 'names-swapped' && last) [session.name, last.name] = [last.name, session.name]
    this.sessions.set(id, session)
    return session
  }

  delete(session: Session): void {
    this.sessions.delete(session.id)
    if (this.traits.leak === 'deleted-streams') return
    session.end()
    for (const socket of session.sockets) socket.close(1000)
  }

  others(than: Session): Session[] {
    return [...this.sessions.values()].filter((session) => session !== than)
  }

  /** Counts a request. */
  isTooMany(): boolean {
    const { limit } = this.traits
    if (!limit) return false
    const now = Date.now()
    this.requests = this.requests.filter((at) => at > now - limit.inMs)
    if (this.requests.length >= limit.requests) return true
    this.requests.push(now)
    return false
  }

  endAll(): void {
    for (const session of [...this.sessions.values(), this.shared]) session.end()
  }

  private route(session: Session): readonly WebSocket[] {
    const { leak } = this.traits
    if (leak === 'broadcast') return [session, ...this.others(session)].flatMap(({ sockets }) => sockets)
    if (leak === 'misroutes-some' && ++this.sent % 60 === 0) return this.others(session)[0]?.sockets ?? session.sockets
    return session.sockets
  }
}
