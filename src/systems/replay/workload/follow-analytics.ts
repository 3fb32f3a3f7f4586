import type { Json } from '../../../core/json.ts'
import { marketFormulas } from '../params/market-formulas.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { DerivedField, SnapshotJson } from '../wire/snapshot.ts'
import { type BookNumbers, computeBookNumbers, listAlerts, nameRegime } from './book-numbers.ts'
import type { DifferenceValue } from './event-values.ts'
import { orderFlow, VolumeBuckets } from './order-flow.ts'
import { Predecessor } from './predecessor.ts'

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
  private readonly before = new Predecessor()
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
      this.before.forget()
      this.knowsFlow = false
      this.knowsAlerts = false
      return undefined
    }
    const comparing = new Comparing()
    if (this.isPromised) this.comparePromised(comparing, snapshot, numbers)
    else compareAnyway(comparing, snapshot, numbers)
    return comparing.compared === 0 ? undefined : comparing
  }

  private comparePromised(comparing: Comparing, snapshot: SnapshotJson, numbers: BookNumbers): void {
    const { before } = this
    const isJoined = before.isFollowedBy(snapshot)
    const buckets = isJoined && this.buckets ? this.buckets : this.beginAnew(before.leavesNothingBefore(snapshot))
    const flow = isJoined ? orderFlow(before, numbers) : 0
    before.become(snapshot, numbers)
    comparing.number('best_bid', snapshot.best_bid, numbers.bid)
    comparing.number('best_ask', snapshot.best_ask, numbers.ask)
    comparing.number('mid_price', snapshot.mid_price, (numbers.bid + numbers.ask) / 2)
    comparing.number('spread', snapshot.spread, numbers.ask - numbers.bid)
    comparing.number('obi', snapshot.obi, numbers.imbalance)
    comparing.number('microprice', snapshot.microprice, numbers.microprice)
    comparing.number('spoofing_risk', snapshot.spoofing_risk, numbers.spoofingRisk)
    comparing.text('regime', snapshot.regime, nameRegime(numbers))
    if (isJoined || this.knowsFlow) comparing.number('ofi', snapshot.ofi, flow)
    if (this.knowsFlow) comparing.number('vpin', snapshot.vpin, buckets.take(Math.round(flow)))
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
    if (this.knowsAlerts)
      comparing.list('anomalies', anomalies, raised.length === 0 ? raised : this.listDue(raised, now))
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

/** What holds by the meaning of the words, however a server computes and rounds. */
function compareAnyway(comparing: Comparing, snapshot: SnapshotJson, { bid, ask }: BookNumbers): void {
  const slack = Math.abs(ask - bid) + Math.abs(ask) * rounding
  comparing.within('best_bid', snapshot.best_bid, bid - ask * rounding, bid + ask * rounding)
  comparing.within('best_ask', snapshot.best_ask, ask - ask * rounding, ask + ask * rounding)
  comparing.within('mid_price', snapshot.mid_price, bid - slack, ask + slack)
  comparing.within('microprice', snapshot.microprice, bid - slack, ask + slack)
}

/** The fields of one snapshot beside what they should be; those that a server does not send are left aside. */
class Comparing implements Comparison {
  compared = 0
  differences?: DifferenceValue[]

  number(field: DerivedField, received: number | undefined, expected: number): void {
    if (received === undefined) return
    this.compared++
    if (typeof received === 'number' && isSame(received, expected)) return
    this.differ(field, expected, received)
  }

  within(field: DerivedField, received: number | undefined, low: number, high: number): void {
    if (typeof received !== 'number') return
    this.compared++
    if (received >= low && received <= high) return
    const slack = roundingOf(received)
    if (received < low - slack || received > high + slack) this.differ(field, [low, high], received)
  }

  text(field: DerivedField, received: string | undefined, expected: string): void {
    if (received === undefined) return
    this.compared++
    if (received !== expected) this.differ(field, expected, received)
  }

  list(field: DerivedField, received: readonly string[] | null | undefined, expected: readonly string[]): void {
    if (received === undefined || received === null) return
    this.compared++
    if (received.length === 0 && expected.length === 0) return
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
