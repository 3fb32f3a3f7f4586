import type { Session } from '../sessions/session.ts'
import { type LiveFeed, LiveFeeds, type SendSnapshot } from './live-feed.ts'
import { createTask, type Task, TimerWheel } from './timer-wheel.ts'

/** Lets every session that plays, and that somebody watches, send its snapshots at its own speed. */
export class Player {
  /** Sessions that are on their way to send the next snapshot. */
  readonly streaming = new Set<Session>()
  private readonly wheel = new TimerWheel()
  private readonly live: LiveFeeds
  private readonly watched = new Map<Session, LiveFeed>()
  private readonly periodMs: number
  private readonly send: SendSnapshot

  private readonly hasRoom: () => boolean

  /** `periodMs`: one snapshot in so long at speed 1. Without room nobody who plays gets anything. */
  constructor(periodMs: number, send: SendSnapshot, hasRoom: () => boolean) {
    this.periodMs = periodMs
    this.send = send
    this.hasRoom = hasRoom
    this.live = new LiveFeeds(this.wheel, periodMs, send)
  }

  /** To be called after each change of a session's state, speed, mode, symbol and sockets. */
  follow(session: Session): void {
    const { state, sockets, track } = session
    if (state !== 'PLAYING' || sockets.size === 0 || !this.hasRoom()) {
      this.halt(session)
      return
    }
    const feed = track.mode === 'LIVE' ? this.live.of(track.feed) : undefined
    // Who watches a live feed already would miss what is just late.
    if (feed && this.watched.get(session) === feed) return
    this.halt(session)
    this.streaming.add(session)
    if (feed) {
      this.watched.set(session, feed)
      feed.join(session)
    } else {
      session.task ??= createTask(() => this.step(session, session.task as Task))
      this.wheel.schedule(session.task, session.lastSentMs + this.periodMs / session.speed)
    }
  }

  /** A second loop beside the one that a session has; it ends when it finds that the session does not play. */
  addLoop(session: Session): void {
    const task = createTask(() => this.step(session, task))
    this.wheel.schedule(task, performance.now())
  }

  halt(session: Session): void {
    if (!this.streaming.delete(session)) return
    if (session.task) this.wheel.cancel(session.task)
    this.watched.get(session)?.leave(session)
    this.watched.delete(session)
  }

  stop(): void {
    this.wheel.stop()
  }

  /** Sends the next snapshot. The data's last one ends the replay, with the cursor there. */
  private step(session: Session, task: Task): void {
    if (!this.streaming.has(session)) return
    const { track } = session
    if (!track.isAtEnd) this.send(session, track.nextSeq)
    if (track.isAtEnd) {
      session.state = 'STOPPED'
      this.halt(session)
    } else this.wheel.schedule(task, performance.now() + this.periodMs / session.speed)
  }
}
