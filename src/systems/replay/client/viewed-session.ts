import type { Json } from '../../../core/json.ts'
import { marketFormulas } from '../params/market-formulas.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { derivedFields, type SnapshotJson } from '../wire/snapshot.ts'
import type { DerivedNumbers, HistoryValue, SnapshotValue } from '../workload/event-values.ts'
import { AnalyticsFollower } from '../workload/follow-analytics.ts'
import { digestSnapshot, type SnapshotDraft, type Viewed } from './digest-snapshot.ts'

/** Where a stream stands: what it received last. */
export interface Position {
  atMs: number
  seq: number | undefined
  book: number
}

/** One stream of the session, as far as the session has to know it. */
export interface Follower {
  /** Undefined before its first snapshot. */
  readonly position: Position | undefined
}

export interface HistoryMessage {
  readonly snapshots: readonly SnapshotJson[]
  readonly sessionId: string | undefined
  readonly formulas: string | undefined
}

/**
 * One session as its viewer knows it, and what is computed anew from all that it has sent. One of the session's streams
 * leads: what it receives is what the session has sent. Where another has to take over and it is not certain that it stands
 * at the same place, computing begins anew.
 */
export class ViewedSession implements Viewed {
  /** Of its viewer's sessions, counted from 0. */
  readonly epoch: number
  /** Undefined where it is shared, or not known. */
  id: string | undefined
  /** What its controls need, where sessions have keys. */
  key: string | undefined
  /** The mode that its viewer chose last. */
  mode: string | undefined
  /** The server means by its cursor the snapshot that it sends next. */
  cursorIsNext = false
  /** Where the server said that it stands, when it had not sent anything yet. */
  untouchedMs: number | undefined
  private sharedName: string | undefined
  private readonly params: ReplayParams
  private analytics: AnalyticsFollower | undefined
  private formulas: string | undefined
  private streams: Follower[] = []
  /** The last snapshot that was followed. */
  private last: Position | undefined
  /** What the session has sent may be more than what was followed. */
  private isGappy = false

  constructor(epoch: number, params: ReplayParams) {
    this.epoch = epoch
    this.params = params
  }

  /** What messages call the session. */
  get name(): string | undefined {
    return this.id ?? this.sharedName
  }

  get showsOrders(): boolean {
    return this.params.analytics === 'formulas' || this.formulas === marketFormulas.name
  }

  /** What an answer or a message says of whose it is. A shared session is called as its first message calls it. */
  tellName(named: string | undefined): { readonly own?: true; readonly foreignSession?: string } {
    if (named === undefined) return {}
    if (this.name === undefined) this.sharedName = named
    return named === this.name ? { own: true } : { foreignSession: named }
  }

  /** A stream has got its history. Undefined: that is none, because some snapshot of it has no time. */
  join(stream: Follower, message: HistoryMessage): HistoryValue | undefined {
    const name = this.tellName(message.sessionId)
    if (message.formulas !== undefined) this.formulas = message.formulas
    const values: SnapshotDraft[] = []
    for (const snapshot of message.snapshots) {
      const value = digestSnapshot(snapshot, this)
      if (!value) return undefined
      values.push(value)
    }
    if (!this.streams.includes(stream)) this.streams = this.streams.concat(stream)
    if (this.streams[0] === stream && name.foreignSession === undefined) this.catchUp(message.snapshots, values)
    return { ...name, snapshots: values }
  }

  /** Nothing has come from the session, and the server says where it stands. */
  standsAt(cursorMs: number | undefined): void {
    if (this.last === undefined) this.untouchedMs = cursorMs
  }

  /** Undefined: this is no snapshot. */
  take(stream: Follower, snapshot: SnapshotJson): SnapshotValue | undefined {
    const value = digestSnapshot(snapshot, this)
    if (!value) return undefined
    if (this.last === undefined && value.atMs === this.untouchedMs) this.cursorIsNext = true
    if (this.streams.length === 0) this.streams = [stream]
    if (this.streams[0] === stream) this.follow(snapshot, value)
    return value
  }

  /** A stream is gone. */
  leave(stream: Follower): void {
    const place = this.streams.indexOf(stream)
    if (place < 0) return
    this.streams.splice(place, 1)
    const [leader] = this.streams
    if (place !== 0) return
    if (leader && isSame(leader.position, this.last)) return
    // What was under way on this one is lost. Nor does a later one tell all that was missed: a session that has gone back
    // meanwhile comes to the same place a second time, on another way.
    this.isGappy = true
    this.analytics = undefined
  }

  /** Follows what of a history was not seen before. */
  private catchUp(snapshots: readonly SnapshotJson[], values: readonly SnapshotDraft[]): void {
    const known = this.last ? values.findLastIndex((value) => isSame(value, this.last)) : -1
    if (known < 0) this.analytics = undefined
    for (let i = known + 1; i < values.length; i++)
      this.follow(snapshots[i] as SnapshotJson, values[i] as SnapshotDraft)
  }

  private follow(snapshot: SnapshotJson, value: SnapshotDraft): void {
    if (value.foreignSession !== undefined) return
    this.analytics ??= this.beginAnalytics()
    const comparison = this.analytics.follow(snapshot)
    if (comparison) {
      value.compared = comparison.compared
      if (comparison.differences) value.differences = comparison.differences
    }
    if (value.dropped !== undefined) this.isGappy = true
    if (this.params.keepsNumbers && !this.isGappy) value.numbers = pickNumbers(snapshot)
    this.last = moveTo(this.last, value)
  }

  private beginAnalytics(): AnalyticsFollower {
    const analytics = new AnalyticsFollower(this.params)
    analytics.announce(this.formulas)
    return analytics
  }
}

function pickNumbers(snapshot: SnapshotJson): DerivedNumbers {
  const numbers: Partial<Record<(typeof derivedFields)[number], Json>> = {}
  for (const field of derivedFields) {
    const value = snapshot[field]
    if (value !== undefined) numbers[field] = value as Json
  }
  return numbers
}

/** The position is written anew in place: it changes with every snapshot. */
export function moveTo(position: Position | undefined, { atMs, seq, book }: SnapshotValue): Position {
  if (!position) return { atMs, seq, book }
  position.atMs = atMs
  position.seq = seq
  position.book = book
  return position
}

const isSame = (one: Position | SnapshotValue | undefined, other: Position | undefined) =>
  one?.atMs === other?.atMs && one?.seq === other?.seq && one?.book === other?.book
