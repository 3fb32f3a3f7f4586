import type { Json } from '../../../core/json.ts'
import { marketFormulas } from '../params/market-formulas.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { DerivedField, SnapshotJson } from '../wire/snapshot.ts'
import { type BookNumbers, computeBookNumbers, listAlerts, nameRegime } from './book-numbers.ts'
import type { DifferenceValue } from './event-values.ts'
import { type BestLevels, orderFlow, VolumeBuckets } from './order-flow.ts'

export interface Comparison {
  /** Derived numbers that were compared. */
  readonly compared: number
  readonly differences?: readonly DifferenceValue[]
}

/** Shown and computed numbers are the same where they differ by less than so much of the larger one, or of 1. */
const tolerance = 1e-9

/** Of a server that promises no formulas: by so much of the price it may round. */
const rounding = 1e-4

/**
 * Computes the derived numbers of one session anew from the books that its viewer received, in code of its own, and
 * compares. Wants each snapshot of the session once, in the order in which the session has sent them, and none of another
 * session's. What hangs on books that the viewer has not seen is not compared.
 */
export class AnalyticsFollower {
  private isPromised: boolean
  private readonly isOff: boolean
  /** Made with the first snapshot: most of ten thousand viewers may never get one. */
  private buckets: VolumeBuckets | undefined
  private before: Predecessor | undefined
  /** Whether all that VPIN hangs on has been seen. */
  private knowsFlow = false
  /** Snapshots since those began on which alerts hang. */
  private position = 0
  private knowsAlerts = false
  private shownAt: Map<string, number> | undefined

  constructor({ analytics }: Pick<ReplayParams, 'analytics'>) {
    this.isPromised = analytics === 'formulas'
    this.isOff = analytics === 'off'
  }

  /** Takes what a server says of its formulas. */
  announce(formulas: string | undefined): void {
    if (formulas === marketFormulas.name) this.isPromised = true
  }

  /** Undefined where nothing could be compared. */
  follow(snapshot: SnapshotJson): Comparison | undefined {
    if (this.isOff) return undefined
    const numbers = computeBookNumbers(snapshot.bids, snapshot.asks)
    if (!numbers) {
      this.before = undefined
      this.knowsFlow = false
      this.knowsAlerts = false
      return undefined
    }
    const comparing = new Comparing(snapshot)
    if (this.isPromised) this.comparePromised(comparing, snapshot, numbers)
    else compareAnyway(comparing, numbers)
    return comparing.compared === 0 ? undefined : comparing
  }

  private comparePromised(comparing: Comparing, snapshot: SnapshotJson, numbers: BookNumbers): void {
    const { before } = this
    const isJoined = before !== undefined && isNext(before, snapshot)
    const buckets = isJoined && this.buckets ? this.buckets : this.beginAnew(isFirstAfter(before, snapshot))
    this.before = keepOf(snapshot, numbers)
    comparing.number('best_bid', numbers.bid)
    comparing.number('best_ask', numbers.ask)
    comparing.number('mid_price', (numbers.bid + numbers.ask) / 2)
    comparing.number('spread', numbers.ask - numbers.bid)
    comparing.number('obi', numbers.imbalance)
    comparing.number('microprice', numbers.microprice)
    comparing.number('spoofing_risk', numbers.spoofingRisk)
    comparing.text('regime', nameRegime(numbers))
    const flow = before && isJoined ? orderFlow(before.best, numbers) : 0
    if (isJoined || this.knowsFlow) comparing.number('ofi', flow)
    if (this.knowsFlow) comparing.number('vpin', buckets.take(Math.round(flow)))
    this.compareAlerts(comparing, snapshot, listAlerts(numbers))
  }

  /** `isCertain`: nothing that the session sent before can matter. */
  private beginAnew(isCertain: boolean): VolumeBuckets {
    this.buckets = new VolumeBuckets()
    this.shownAt = undefined
    this.position = 0
    this.knowsFlow = isCertain
    this.knowsAlerts = isCertain
    return this.buckets
  }

  /** Follows what was shown, and not what should have been: one missing alert is told once. */
  private compareAlerts(comparing: Comparing, { anomalies }: SnapshotJson, raised: readonly string[]): void {
    const now = ++this.position
    if (!this.knowsAlerts && now > marketFormulas.alertEvery) this.knowsAlerts = true
    if (this.knowsAlerts) comparing.list('anomalies', raised.length === 0 ? raised : this.listDue(raised, now))
    if (!Array.isArray(anomalies) || anomalies.length === 0) return
    this.shownAt ??= new Map()
    for (const name of anomalies) this.shownAt.set(name, now)
  }

  private listDue(raised: readonly string[], now: number): readonly string[] {
    const { shownAt } = this
    if (!shownAt) return raised
    return raised.filter((name) => now - (shownAt.get(name) ?? Number.NEGATIVE_INFINITY) > marketFormulas.alertEvery)
  }
}

/** As much of a snapshot as the next one is compared with. */
interface Predecessor {
  readonly seq: number | undefined
  readonly mode: string | undefined
  readonly symbol: string | undefined
  readonly dropped: number
  readonly best: BestLevels
}

const keepOf = ({ seq, mode, symbol, dropped = 0 }: SnapshotJson, best: BestLevels): Predecessor => ({
  seq,
  mode,
  symbol,
  dropped,
  best,
})

/** Whether the session has sent nothing between the two. */
function isNext(before: Predecessor, { seq, mode, symbol }: SnapshotJson): boolean {
  return before.seq !== undefined && seq === before.seq + 1 && mode === before.mode && symbol === before.symbol
}

/**
 * Whether a snapshot that is not joined to the last one received is not joined to any that was missed either. Where some
 * were dropped, or a few steps are missing, nobody can tell; LIVE leaves steps out by itself.
 */
function isFirstAfter(before: Predecessor | undefined, { seq, mode, symbol, dropped = 0 }: SnapshotJson): boolean {
  if (seq === undefined) return false
  if (!before) return seq === 0
  if (before.dropped !== dropped) return false
  if (before.mode !== mode || before.symbol !== symbol) return true
  return before.seq !== undefined && (seq <= before.seq || mode === 'LIVE')
}

/** What holds by the meaning of the words, however a server computes and rounds. */
function compareAnyway(comparing: Comparing, { bid, ask }: BookNumbers): void {
  const slack = Math.abs(ask - bid) + Math.abs(ask) * rounding
  comparing.within('best_bid', bid - ask * rounding, bid + ask * rounding)
  comparing.within('best_ask', ask - ask * rounding, ask + ask * rounding)
  comparing.within('mid_price', bid - slack, ask + slack)
  comparing.within('microprice', bid - slack, ask + slack)
}

/** The fields of one snapshot beside what they should be; those that a server does not send are left aside. */
class Comparing implements Comparison {
  compared = 0
  differences?: DifferenceValue[]
  private readonly snapshot: SnapshotJson

  constructor(snapshot: SnapshotJson) {
    this.snapshot = snapshot
  }

  number(field: DerivedField, expected: number): void {
    const received = this.snapshot[field]
    if (received === undefined) return
    this.compared++
    if (typeof received === 'number' && isSame(received, expected)) return
    this.differ(field, expected, received)
  }

  within(field: DerivedField, low: number, high: number): void {
    const received = this.snapshot[field]
    if (typeof received !== 'number') return
    this.compared++
    if (received >= low && received <= high) return
    const slack = roundingOf(received)
    if (received < low - slack || received > high + slack) this.differ(field, [low, high], received)
  }

  text(field: DerivedField, expected: string): void {
    const received = this.snapshot[field]
    if (received === undefined) return
    this.compared++
    if (received !== expected) this.differ(field, expected, received)
  }

  list(field: 'anomalies', expected: readonly string[]): void {
    const received = this.snapshot[field]
    if (received === undefined) return
    this.compared++
    const isSameList = received.length === expected.length && expected.every((name, i) => received[i] === name)
    if (!isSameList) this.differ(field, expected, received)
  }

  private differ(field: DerivedField, expected: Json, received: unknown): void {
    this.differences ??= []
    this.differences.push({ field, expected, received: received as Json })
  }
}

/** Half a unit of the last place that a number shows. */
function roundingOf(shown: number): number {
  const places = /\.(\d+)$/.exec(String(shown))?.[1]?.length ?? 0
  return 0.5 / 10 ** places
}

const isSame = (a: number, b: number) => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b))
