import type { Delivery } from '../../../core/event.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SnapshotValue } from '../workload/event-values.ts'
import { Jumps, type Place } from './jumps.ts'

/**
 * How a snapshot goes on from the one before it on its socket. `lost`: some are missing. `repeated`: the same once more.
 * `moved`: another place, to which none of the viewer's own commands leads. `unclear`: nobody can tell.
 */
export type Continuity = 'first' | 'next' | 'jumped' | 'lost' | 'repeated' | 'moved' | 'unclear'

/** One snapshot with what it means for its socket. */
export interface SeenSnapshot {
  readonly event: Delivery
  readonly value: SnapshotValue
  readonly continuity: Continuity
  /** What came before it on this socket. */
  readonly before: Place | undefined
  /** How many are missing where some are lost. */
  readonly missing: number
  readonly socket: FollowedSocket
}

/** What is known of one socket of the session. */
export class FollowedSocket {
  readonly connection: number
  last: Place | undefined
  dropped = 0
  /** So many jumps of the session it has behind it. */
  met: number
  /** Its last snapshot was of a history: what comes next may overlap with it. */
  isBoundary = false
  /** Snapshots behind the place from which the rate counts. */
  counted = 0

  constructor(connection: number, met: number) {
    this.connection = connection
    this.met = met
  }
}

/** Follows the sockets of one session: what comes on each must go on from what came before. */
export class StreamFollower {
  readonly jumps = new Jumps()
  readonly sockets = new Map<number, FollowedSocket>()
  /** Market time between two snapshots, where it is known. */
  private readonly stepMs: number | undefined
  private readonly settleMs: number
  /** The very first place: where data that end begin again. */
  private beginning: Place | undefined

  constructor({ stepMs, settleMs }: Pick<ReplayParams, 'stepMs' | 'settleMs'>) {
    this.stepMs = stepMs
    this.settleMs = settleMs
  }

  open(connection: number): void {
    this.sockets.set(connection, new FollowedSocket(connection, this.jumps.count))
  }

  close(connection: number): void {
    this.sockets.delete(connection)
  }

  /** The last of a history is what the stream goes on from. */
  takeHistory(connection: number, snapshots: readonly SnapshotValue[]): void {
    const socket = this.sockets.get(connection)
    const last = snapshots.findLast((value) => value.foreignSession === undefined)
    if (!socket || !last) return
    socket.last = placeOf(last)
    socket.isBoundary = true
  }

  /** `isLive`: steps may be left out. Undefined for a socket that is not of this session. */
  take(event: Delivery, value: SnapshotValue, isLive: boolean): SeenSnapshot | undefined {
    const socket = this.sockets.get(event.connection)
    if (!socket) return undefined
    const before = socket.last
    const continuity = this.judge(socket, value, isLive)
    if (continuity === 'first') socket.met = this.jumps.count
    else if (continuity === 'next') {
      socket.met = this.jumps.countMet(socket.met, value, event.atMs, this.settleMs)
    }
    const missing = continuity === 'lost' ? this.countMissing(before as Place, value) : 0
    socket.last = placeOf(value)
    socket.dropped = value.dropped ?? 0
    socket.isBoundary = false
    this.beginning ??= socket.last
    return { event, value, continuity, before, missing, socket }
  }

  private judge(socket: FollowedSocket, value: SnapshotValue, isLive: boolean): Continuity {
    const before = socket.last
    if (!before) return 'first'
    if (this.isNext(before, value)) return 'next'
    const met = this.jumps.explain(socket.met, before, value, this.stepMs)
    if (met !== undefined) {
      socket.met = met
      return 'jumped'
    }
    if (value.atMs > before.atMs) {
      if (isLive) return 'next'
      const isDeclared = (value.dropped ?? 0) > socket.dropped
      const isKnown = (value.seq !== undefined && before.seq !== undefined) || this.stepMs !== undefined
      return isDeclared || !isKnown || (socket.isBoundary && this.countMissing(before, value) <= 1) ? 'unclear' : 'lost'
    }
    if (socket.isBoundary) return 'unclear'
    if (value.atMs === before.atMs && value.seq === before.seq) return 'repeated'
    return 'moved'
  }

  /** Whether a place is where the session's data began: there a server may go on when they end. */
  isBeginning({ atMs }: Place): boolean {
    return this.beginning?.atMs === atMs
  }

  private isNext(before: Place, { seq, atMs }: SnapshotValue): boolean {
    if (seq !== undefined && before.seq !== undefined) return seq === before.seq + 1
    if (this.stepMs === undefined) return atMs > before.atMs
    return Math.abs(atMs - before.atMs - this.stepMs) < this.stepMs / 2
  }

  private countMissing(before: Place, { seq, atMs }: SnapshotValue): number {
    if (seq !== undefined && before.seq !== undefined) return seq - before.seq - 1
    return this.stepMs === undefined ? 0 : Math.round((atMs - before.atMs) / this.stepMs) - 1
  }
}

const placeOf = ({ atMs, seq }: SnapshotValue): Place => (seq === undefined ? { atMs } : { atMs, seq })
