import type { RunEvent } from '../../../core/event.ts'
import type { RegisteredValue } from '../workload/event-values.ts'
import { readValue } from '../workload/event-values.ts'

/** The agent of a client, as far as the client can know it. Times are the run's milliseconds. */
export interface AgentState {
  /** Whether any connection that could be an agent's was ever opened. */
  readonly everThere: boolean
  /** The registered connection; undefined while there is none, as far as this side has noticed. */
  readonly connection: number | undefined
  readonly sessionId: string | undefined
  /** The server had not noticed any end of the agent's connections before this: it answered what was asked then. */
  readonly aliveUntilMs: number
  /** Every return was to the same session, so that no grace ever ended. */
  readonly isFirstSession: boolean
  readonly registrations: number
}

/** An agent that was registered again. */
export interface Return {
  readonly before: string
  readonly after: string
  /** At most so long was nobody registered, as the server must have seen it. */
  readonly awayMs: number
}

/** Follows registrations, ends and signs of life. */
export class AgentFollower {
  private readonly roles = new Map<number, string>()
  private readonly invokedAtMs = new Map<number, number>()
  private registered: number | undefined
  private session: string | undefined
  private sessions = 0
  private registrations = 0
  private everThere = false
  private lastLifeMs = Number.NEGATIVE_INFINITY

  get state(): AgentState {
    return {
      everThere: this.everThere,
      connection: this.registered,
      sessionId: this.session,
      aliveUntilMs: this.lastLifeMs,
      isFirstSession: this.sessions <= 1,
      registrations: this.registrations,
    }
  }

  /** Returns a return, where the event is one. */
  observe(event: RunEvent): Return | undefined {
    if (event.type === 'opened') {
      this.roles.set(event.connection, event.role)
      if (event.role === 'agent' || event.role === 'rival') this.everThere = true
    } else if (event.type === 'fault' && event.fault === 'agent-left') this.noteLeft(event.connection)
    else if (event.type === 'closed' && event.connection === this.registered) this.registered = undefined
    else if (event.type === 'invocation' && this.roles.get(event.connection) === 'agent') {
      this.invokedAtMs.set(event.operationId, event.atMs)
    } else if (event.type === 'completion') {
      const invokedAtMs = this.invokedAtMs.get(event.operationId)
      this.invokedAtMs.delete(event.operationId)
      if (invokedAtMs === undefined || event.outcome !== 'ok' || event.value === null) return undefined
      if (event.operation === 'register') {
        const { sessionId } = readValue<RegisteredValue>(event.value)
        if (sessionId !== undefined) return this.noteRegistered(event.connection, sessionId, invokedAtMs, event.atMs)
      } else if (event.connection === this.registered && !event.operation.startsWith('await-')) {
        this.lastLifeMs = Math.max(this.lastLifeMs, invokedAtMs)
      }
    }
    return undefined
  }

  /** That it left from this side says nothing of when the server saw it go: it may have given it up before. */
  private noteLeft(connection: number): void {
    if (connection === this.registered) this.registered = undefined
  }

  private noteRegistered(connection: number, sessionId: string | null, invokedAtMs: number, atMs: number) {
    const before = this.session
    const awayMs = atMs - this.lastLifeMs
    this.registered = connection
    this.registrations++
    if (sessionId !== null && sessionId !== before) this.sessions++
    this.session = sessionId ?? before
    this.lastLifeMs = invokedAtMs
    return before !== undefined && sessionId !== null ? { before, after: sessionId, awayMs } : undefined
  }
}
