import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { describeMismatch, list } from './describe-facet.ts'
import { influenceNames } from './influences.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const rateOwn: Invariant = {
  name: 'rate-own',
  kind: 'isolation',
  sentence: 'A replay runs at the speed that its own viewer chose, and never faster.',
}

/** From where and when snapshots are counted. */
interface Count {
  /** Not earlier than this the first of them was sent. */
  readonly sinceMs: number
  /** Only what comes from behind this place counts; undefined: all that comes from `fromMs` on, whenever it was sent. */
  readonly cursorMs: number | undefined
  readonly fromMs: number
  readonly mode: string | undefined
}

/** What begins a new count: before it the rate may have been another. */
const beginning: ReadonlySet<string> = new Set(['start', 'resume', 'speed', 'go-back', 'mode'])

/**
 * Judges what the server says of the speed, and counts. From the moment at which a command was sent until a snapshot has
 * come, however late, no more can have been sent than the speed allows for that time, for what a server that was late may
 * make up for, and for the tolerance. Too slow is no leak.
 */
export class RateOwn implements Rule {
  readonly invariant = rateOwn
  private readonly findings: FindingLog
  private readonly params: ReplayParams
  private examined = 0
  private count: Count | undefined

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(rateOwn, arrival.client)
    this.params = params
  }

  began(): void {
    this.count = undefined
  }

  invoked({ operation }: Invocation): void {
    if (beginning.has(operation)) this.count = undefined
  }

  answered({ event, invocation, value, mismatches }: SeenAnswer, { stream }: FollowedSession): void {
    if (value?.speed !== undefined && event.outcome === 'ok') this.examined++
    const { speed } = mismatches
    if (speed) {
      const what = `runs at speed ${speed.reported}, and not at ${list(speed.expected)} as it chose`
      const details = describeMismatch(speed, [influenceNames.speed(speed.reported)], true)
      this.findings.add(event, 'wrong', what, details)
    }
    if (!beginning.has(invocation.operation) || event.outcome !== 'ok') return
    const { cursorMs, mode } = value ?? {}
    this.count = { sinceMs: invocation.atMs, fromMs: event.atMs + this.params.settleMs, cursorMs, mode }
    for (const socket of stream.sockets.values()) socket.counted = 0
  }

  received({ event, value, socket }: SeenSnapshot, { model, stream }: FollowedSession): void {
    const { count } = this
    const speeds = model.speed.values
    if (!count || !speeds || !this.isTimed(value.mode ?? count.mode)) return
    // What was on its way before a jump was sent at the rate of before.
    if (socket.met < stream.jumps.count) return
    const isCounted = count.cursorMs === undefined ? event.atMs >= count.fromMs : value.atMs > count.cursorMs
    if (!isCounted) return
    socket.counted++
    this.examined++
    const fastest = Math.max(...speeds)
    if (socket.counted <= this.mostIn(event.atMs - count.sinceMs, fastest)) return
    const took = Math.round(event.atMs - count.sinceMs)
    const what = `got ${socket.counted} snapshots in ${took} ms, more than speed ${fastest} allows`
    const faster = this.params.speeds.filter((speed) => speed > fastest).map(influenceNames.speed)
    const traces = { whats: faster, sinceMs: Math.max(0, count.sinceMs - 1000), isSignature: true }
    this.findings.add(event, 'wrong', what, {
      expected: { speed: fastest },
      received: { snapshots: socket.counted, ms: took },
      traces,
    })
    // Counted anew, so that one fast stretch is told once.
    this.count = undefined
  }

  conclude(): Conclusion {
    return { examined: this.examined, undecidable: 0, violations: this.findings.list() }
  }

  private mostIn(elapsedMs: number, speed: number): number {
    const { periodMs, catchUpMs, rateTolerance } = this.params
    return 2 + ((elapsedMs + catchUpMs) * speed * (1 + rateTolerance)) / periodMs
  }

  /** A live feed has a rate of its own. Where nobody tells the mode, it is what the parameters say. */
  private isTimed(mode: string | undefined): boolean {
    return (mode ?? this.params.mode) !== 'LIVE'
  }
}
