import { HttpError } from '../../../../targets/http-error.ts'
import type { Session } from './session.ts'

export type SessionEnd = 'deleted' | 'expired'

interface SessionBookOptions {
  readonly maxSessions: number
  readonly sessionTtlMs: number
  /** Called when a session is gone already. */
  readonly ended: (session: Session, end: SessionEnd) => void
}

/** Ids that are remembered as gone; of more the oldest are forgotten. */
const maxGone = 10_000

/** All sessions, for as long as somebody is there or asks for them. */
export class SessionBook {
  expired = 0
  deleted = 0
  private readonly sessions = new Map<string, Session>()
  private readonly gone = new Set<string>()
  private readonly options: SessionBookOptions

  constructor(options: SessionBookOptions) {
    this.options = options
  }

  get size(): number {
    return this.sessions.size
  }

  /** The oldest first. */
  all(): Iterable<Session> {
    return this.sessions.values()
  }

  /** Whether there was a session of that id not long ago. */
  isGone(id: string): boolean {
    return this.gone.has(id)
  }

  /** The session, if it is there and not expired. To ask for it is to use it. */
  find(id: string): Session | undefined {
    const session = this.sessions.get(id)
    if (!session) return undefined
    const nowMs = Date.now()
    if (this.isExpired(session, nowMs)) {
      this.end(session, 'expired')
      return undefined
    }
    session.lastActivityMs = nowMs
    return session
  }

  /** Refuses where there is no room, even after the expired ones are forgotten. */
  add(session: Session): Session {
    if (this.size >= this.options.maxSessions) this.sweep()
    if (this.size >= this.options.maxSessions) {
      throw new HttpError(503, 'no-room', `there are ${this.size} sessions, and no room for more`)
    }
    this.sessions.set(session.id, session)
    this.gone.delete(session.id)
    return session
  }

  end(session: Session, end: SessionEnd): void {
    this.sessions.delete(session.id)
    this[end]++
    this.gone.add(session.id)
    for (const oldest of this.gone) {
      if (this.gone.size <= maxGone) break
      this.gone.delete(oldest)
    }
    this.options.ended(session, end)
  }

  /** Forgets the sessions that are expired. */
  sweep(): void {
    const nowMs = Date.now()
    for (const session of this.sessions.values()) if (this.isExpired(session, nowMs)) this.end(session, 'expired')
  }

  private isExpired({ sockets, lastActivityMs }: Session, nowMs: number): boolean {
    return sockets.size === 0 && nowMs - lastActivityMs > this.options.sessionTtlMs
  }
}
