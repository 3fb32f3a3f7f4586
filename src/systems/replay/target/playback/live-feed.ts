import type { Feed } from '../market/feed.ts'
import type { Session } from '../sessions/session.ts'
import { createTask, type TimerWheel } from './timer-wheel.ts'

/** Sends one snapshot of the feed on behalf of a session. */
export type SendSnapshot = (session: Session, seq: number) => void

/**
 * A feed that goes on by itself, a snapshot each `periodMs`, and tells each to everybody who watches. While somebody does,
 * it goes on by one at a time: what it is late with it does not make up for.
 */
export class LiveFeed {
  private readonly watchers = new Set<Session>()
  private readonly wheel: TimerWheel
  private readonly periodMs: number
  private readonly send: SendSnapshot
  private readonly task = createTask(() => this.goOn())
  /** The snapshot that was current at `sinceMs`. */
  private seq = 0
  private sinceMs: number

  constructor(wheel: TimerWheel, periodMs: number, startedMs: number, send: SendSnapshot) {
    this.wheel = wheel
    this.periodMs = periodMs
    this.sinceMs = startedMs
    this.send = send
  }

  join(session: Session): void {
    if (this.watchers.size === 0) this.catchUp()
    this.watchers.add(session)
  }

  leave(session: Session): void {
    if (this.watchers.delete(session) && this.watchers.size === 0) this.wheel.cancel(this.task)
  }

  private catchUp(): void {
    const steps = Math.floor((performance.now() - this.sinceMs) / this.periodMs)
    this.seq += steps
    this.sinceMs += steps * this.periodMs
    this.wheel.schedule(this.task, this.sinceMs + this.periodMs)
  }

  private goOn(): void {
    const nowMs = performance.now()
    this.seq++
    // A little lateness does not put the clock off; more is lost for good.
    const dueMs = this.sinceMs + this.periodMs
    this.sinceMs = nowMs - dueMs > this.periodMs / 4 ? nowMs : dueMs
    for (const session of this.watchers) this.send(session, this.seq)
    if (this.watchers.size > 0) this.wheel.schedule(this.task, this.sinceMs + this.periodMs)
  }
}

/** The live feeds of one market, each begun with the server. */
export class LiveFeeds {
  private readonly feeds = new Map<string, LiveFeed>()
  private readonly startedMs = performance.now()
  private readonly create: (startedMs: number) => LiveFeed

  constructor(wheel: TimerWheel, periodMs: number, send: SendSnapshot) {
    this.create = (startedMs) => new LiveFeed(wheel, periodMs, startedMs, send)
  }

  of({ symbol }: Feed): LiveFeed {
    const known = this.feeds.get(symbol)
    if (known) return known
    const feed = this.create(this.startedMs)
    this.feeds.set(symbol, feed)
    return feed
  }
}
