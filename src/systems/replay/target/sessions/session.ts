import type { ServerSocket } from '../../../../targets/web-sockets.ts'
import type { ReplayState, SessionFigures } from '../../wire/answers.ts'
import { SessionAnalytics } from '../analytics/session-analytics.ts'
import type { Task } from '../playback/timer-wheel.ts'
import { SnapshotRing } from './snapshot-ring.ts'
import type { Track } from './track.ts'

/**
 * How a session came to be: by POST /sessions/create, by a socket that named it first, or as the one of all who name
 * none.
 */
export type SessionOrigin = 'created' | 'named' | 'shared'

/** All that one viewer, or several of one mind, have of the server. */
export class Session {
  readonly id: string
  readonly origin: SessionOrigin
  readonly key: string | undefined
  readonly createdAtMs = Date.now()
  readonly sockets = new Set<ServerSocket>()
  lastActivityMs = this.createdAtMs
  state: ReplayState = 'STOPPED'
  speed = 1
  /** Where it is. */
  track: Track
  /** Where it was left in the data that are replayed; the same as `track` while those are what it watches. */
  readonly replay: Track
  /** Snapshots that it sent. */
  snapshots = 0
  /** Snapshots that sockets which are closed by now were too slow for. */
  private droppedBefore = 0
  /** On the clock of `performance`. */
  lastSentMs = Number.NEGATIVE_INFINITY
  /** For the player alone. */
  task: Task | undefined
  // Most sessions of many have not played yet.
  private lazyAnalytics: SessionAnalytics | undefined
  private lazyRing: SnapshotRing | undefined

  constructor(id: string, origin: SessionOrigin, key: string | undefined, replay: Track) {
    this.id = id
    this.origin = origin
    this.key = key
    this.replay = replay
    this.track = replay
  }

  get analytics(): SessionAnalytics {
    this.lazyAnalytics ??= new SessionAnalytics()
    return this.lazyAnalytics
  }

  get ring(): SnapshotRing {
    this.lazyRing ??= new SnapshotRing()
    return this.lazyRing
  }

  get dropped(): number {
    let dropped = this.droppedBefore
    for (const socket of this.sockets) dropped += socket.dropped
    return dropped
  }

  leave(socket: ServerSocket): void {
    if (this.sockets.delete(socket)) this.droppedBefore += socket.dropped
  }

  describe(): SessionFigures {
    const { id, state, speed, track, createdAtMs, lastActivityMs } = this
    return {
      sessionId: id,
      state,
      speed,
      mode: track.mode,
      symbol: track.feed.symbol,
      cursorMs: track.cursorMs,
      endMs: track.feed.endMs,
      bufferSize: this.lazyRing?.size ?? 0,
      createdAtMs,
      lastActivityMs,
    }
  }
}
