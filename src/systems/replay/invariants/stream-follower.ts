import type { Delivery } from '../../../core/event.ts'
import { InFlight } from '../../../core/in-flight.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SnapshotValue } from '../workload/event-values.ts'
import { Jumps, type Place, type Steps } from './jumps.ts'

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
  /** Nothing earlier has come of this session: data that ended begin again there, or before it. */
  readonly isBeginning: boolean
}

/** What is known of one socket of the session. */
export class FollowedSocket {
  readonly connection: number
  last: Place | undefined
  lastBook: number | undefined
  dropped = 0
  /** So many jumps of the session it has behind it. */
  met: number
  /** Its last snapshot was of a history: what comes next may overlap with it. */
  isBoundary = false
  /** Snapshots behind the place from which the rate counts. */
  counted = 0
  /** Snapshots since the session's last socket was opened. */
  sinceOpened = 0

  constructor(connection: number, met: number) {
    this.connection = connection
    this.met = met
  }
}

/** Follows the sockets of one session: what comes on each must go on from what came before. */
export class StreamFollower {
  readonly jumps = new Jumps()
  readonly sockets = new InFlight<FollowedSocket>()
  /** The server says where its data end. */
  tellsEnd = false
  /** Several snapshots of the data have one time, so that the time does not tell which of them one is. */
  sharesTimes = false
  /** Market time between two snapshots, where it is known. */
  private readonly stepMs: number | undefined
  private widestMs = 0
  private readonly settleMs: number
  /** So many jumps that socket has behind it which has most. */
  private mostMet = 0
  /** The earliest place that came: where data that end begin again, or before it. */
  private earliestMs = Number.POSITIVE_INFINITY

  constructor({ stepMs, settleMs }: Pick<ReplayParams, 'stepMs' | 'settleMs'>) {
    this.stepMs = stepMs
    this.settleMs = settleMs
  }

  /** What was sent before the latest jumps may come on a new socket, too, unless another has them behind it. */
  open(connection: number, nowMs: number): void {
    const met = Math.max(this.mostMet, this.jumps.countSettled(nowMs, this.settleMs))
    this.sockets.add(connection, new FollowedSocket(connection, met))
  }

  /** It may play: from now on snapshots may be under way. */
  hasBegun = false

  /** Nothing was sent before: whatever comes has all jumps so far behind it. */
  beginAfterJumps(): void {
    this.mostMet = this.jumps.count
    this.hasBegun = true
    for (const socket of this.sockets.list()) socket.met = this.mostMet
  }

  get isUntouched(): boolean {
    return this.earliestMs === Number.POSITIVE_INFINITY
  }

  close(connection: number): void {
    this.sockets.take(connection)
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
    if (continuity === 'first' || continuity === 'next') {
      socket.met = this.jumps.countMet(socket.met, value, before, event.atMs, this.settleMs)
    }
    this.mostMet = Math.max(this.mostMet, socket.met)
    const missing = continuity === 'lost' ? this.countMissing(before as Place, value) : 0
    const isBeginning = value.atMs <= this.earliestMs
    if (isBeginning) this.earliestMs = value.atMs
    if (continuity === 'next' && before) this.learnStep(value.atMs - before.atMs, isLive || socket.isBoundary)
    socket.last = placeOf(value)
    socket.lastBook = value.book
    socket.dropped = value.dropped ?? 0
    socket.isBoundary = false
    return { event, value, continuity, before, missing, socket, isBeginning }
  }

  private judge(socket: FollowedSocket, value: SnapshotValue, isLive: boolean): Continuity {
    const before = socket.last
    if (!before) return 'first'
    if (this.isNext(before, value, socket.lastBook)) return 'next'
    const met = this.jumps.explain(socket.met, before, value, this.steps)
    if (met !== undefined) {
      // Where data that ended may have begun anew just then, the jump may still be to come.
      if (this.tellsEnd || value.atMs > this.earliestMs || !this.jumps.leadBack(met - 1)) socket.met = met
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

  private get steps(): Steps {
    return { stepMs: this.stepMs, widestMs: this.widestMs }
  }

  private learnStep(ms: number, isOther: boolean): void {
    if (ms === 0) this.sharesTimes = true
    if (!isOther && ms > this.widestMs) this.widestMs = ms
  }

  private isNext(before: Place, { seq, atMs, book }: SnapshotValue, lastBook: number | undefined): boolean {
    if (seq !== undefined && before.seq !== undefined) return seq === before.seq + 1
    if (this.stepMs === undefined) return atMs > before.atMs || (atMs === before.atMs && book !== lastBook)
    return Math.abs(atMs - before.atMs - this.stepMs) < this.stepMs / 2
  }

  private countMissing(before: Place, { seq, atMs }: SnapshotValue): number {
    if (seq !== undefined && before.seq !== undefined) return seq - before.seq - 1
    return this.stepMs === undefined ? 0 : Math.round((atMs - before.atMs) / this.stepMs) - 1
  }
}

const placeOf = ({ atMs, seq }: SnapshotValue): Place => (seq === undefined ? { atMs } : { atMs, seq })
