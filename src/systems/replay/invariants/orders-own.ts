import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { ModeValue, OrderValue } from '../workload/event-values.ts'
import { tracesPerUnit } from '../workload/order-traces.ts'
import type { FollowedSession, Rule } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const ordersOwn: Invariant = {
  name: 'orders-own',
  kind: 'isolation',
  sentence: "A simulated market carries its own viewer's orders and nobody else's.",
  optional: true,
}

/** What orders so far leave in the volumes of the best levels. */
interface Traces {
  readonly bid: number
  readonly ask: number
}

const none: Traces = { bid: 0, ask: 0 }

/**
 * All other volumes are whole numbers, and the part behind the point of each order's quantity is its viewer's own. Orders
 * take effect in order, each at some time after it was sent.
 */
export class OrdersOwn implements Rule {
  readonly invariant = ordersOwn
  private readonly findings: FindingLog
  private examined = 0
  /** The traces after 0, 1, 2 … orders of this simulation. */
  private sums: Traces[] = [none]
  /** So many have taken effect at least. */
  private effective = 0
  /** Of the simulation before: its snapshots may still be on their way. */
  private former: readonly Traces[] = []

  constructor({ arrival }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(ordersOwn, arrival.client)
  }

  began(): void {
    this.beginAnew()
  }

  invoked({ operation, value }: Invocation, { model }: FollowedSession): void {
    // Whoever is in a simulation already stays in it.
    const isInside = model.mode.values?.every((mode) => mode === 'SIMULATION') === true
    if (operation === 'mode' && (value as unknown as ModeValue).mode === 'SIMULATION' && !isInside) this.beginAnew()
    if (operation !== 'order') return
    const { side, quantity } = value as unknown as OrderValue
    const trace = Math.round((quantity % 1) * tracesPerUnit)
    const { bid, ask } = this.sums.at(-1) as Traces
    this.sums.push(side === 'BUY' ? { bid: add(bid, trace), ask } : { bid, ask: add(ask, trace) })
  }

  received({ event, value, socket }: SeenSnapshot, { stream }: FollowedSession): void {
    const { bidTrace, askTrace } = value
    if (bidTrace === undefined || askTrace === undefined) return
    this.examined++
    const seen = (sums: Traces) => sums.bid === bidTrace && sums.ask === askTrace
    const effective = this.sums.findIndex((sums, i) => i >= this.effective && seen(sums))
    if (effective >= 0) {
      this.effective = effective
      return
    }
    if (socket.met < stream.jumps.count && this.former.some(seen)) return
    // Another socket may be some orders behind.
    if (stream.sockets.size > 1 && this.sums.some(seen)) return
    const own = this.sums.at(-1) as Traces
    const excess = add(bidTrace, tracesPerUnit - own.bid) || add(askTrace, tracesPerUnit - own.ask)
    const what = 'received a simulated market with volume that its own orders do not explain'
    this.findings.add(event, 'foreign', what, {
      expected: { ...own },
      received: { bid: bidTrace, ask: askTrace, excess },
    })
  }

  conclude(): Conclusion {
    return { examined: this.examined, undecidable: 0, violations: this.findings.list() }
  }

  private beginAnew(): void {
    this.former = this.sums
    this.sums = [none]
    this.effective = 0
  }
}

const add = (a: number, b: number) => (a + b) % tracesPerUnit
