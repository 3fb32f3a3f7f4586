import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { describeMismatch, list } from './describe-facet.ts'
import { influenceNames } from './influences.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'
import type { SessionModel } from './session-model.ts'
import { SpeedBudget } from './speed-budget.ts'
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
  /** Only what comes from behind this place counts. */
  readonly cursorMs: number
  readonly mode: string | undefined
}

/** What begins a new count: before it the rate may have been another. */
const beginning: ReadonlySet<string> = new Set(['start', 'resume', 'speed', 'go-back', 'mode'])

/**
 * Judges what the server says of the speed, and counts. From the moment at which a command was sent until a snapshot has
 * come, however late, no more can have been sent than the speed allows for that time, for what a server that was late may
 * make up for, and for the tolerance. Too slow is no leak. Of a server that tells no cursor nobody knows what was sent before
 * a command: all that comes over a socket is counted, against all that any speed since then allows.
 */
export class RateOwn implements Rule {
  readonly invariant = rateOwn
  private readonly findings: FindingLog
  private readonly params: ReplayParams
  private examined = 0
  private count: Count | undefined
  private budget: SpeedBudget | undefined
  private isTold = false

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(rateOwn, arrival.client)
    this.params = params
  }

  began(): void {
    this.count = undefined
    this.budget = undefined
  }

  invoked({ operation, connection, atMs }: Invocation, { model }: FollowedSession): void {
    if (beginning.has(operation)) {
      this.count = undefined
      this.isTold = false
    }
    this.passTime(atMs, model)
    if (operation === 'watch') this.budget?.open(connection)
  }

  answered({ event, invocation, value, mismatches }: SeenAnswer, { stream, model }: FollowedSession): void {
    if (value?.speed !== undefined && event.outcome === 'ok') this.examined++
    this.passTime(event.atMs, model)
    const { speed } = mismatches
    if (speed) {
      const what = `runs at speed ${speed.reported}, and not at ${list(speed.expected)} as it chose`
      const details = describeMismatch(speed, [influenceNames.speed(speed.reported)], true)
      this.findings.add(event, 'wrong', what, details)
    }
    if (!beginning.has(invocation.operation) || event.outcome !== 'ok') return
    const { cursorMs, mode } = value ?? {}
    if (cursorMs === undefined) return
    this.count = { sinceMs: invocation.atMs, cursorMs, mode }
    for (const socket of stream.sockets.list()) socket.counted = 0
  }

  received({ event, value, socket }: SeenSnapshot, { model, stream }: FollowedSession): void {
    const { count } = this
    const speeds = model.speed.values
    if (!speeds || this.mayBeLive(value.mode ?? count?.mode, model)) return
    if (!count) {
      if (!this.isTold) this.countAll(event, model)
      return
    }
    // What was on its way before a jump was sent at the rate of before.
    if (socket.met < stream.jumps.count || value.atMs <= count.cursorMs) return
    socket.counted++
    this.examined++
    const fastest = fastestOf(speeds)
    if (socket.counted <= this.mostIn(event.atMs - count.sinceMs, fastest)) return
    this.tell(event, socket.counted, count.sinceMs, fastest)
    // Counted anew from the next command on, so that one fast stretch is told once.
    this.count = undefined
    this.isTold = true
  }

  private passTime(nowMs: number, { speed }: SessionModel): void {
    const fastest = fastestOf(speed.values ?? this.params.speeds)
    this.budget ??= new SpeedBudget(nowMs, fastest)
    this.budget.advance(nowMs, fastest)
  }

  private countAll(event: SeenSnapshot['event'], model: SessionModel): void {
    this.passTime(event.atMs, model)
    const counted = this.budget?.count(event.connection)
    if (!counted) return
    this.examined++
    const { snapshots, sinceMs, playedMs } = counted
    const fastest = fastestOf(model.speed.values ?? [])
    if (snapshots <= this.mostIn(playedMs / fastest, fastest)) return
    this.tell(event, snapshots, sinceMs, fastest)
    this.budget?.close(event.connection)
  }

  private tell(event: SeenSnapshot['event'], snapshots: number, sinceMs: number, fastest: number): void {
    const took = Math.round(event.atMs - sinceMs)
    const what = `got ${snapshots} snapshots in ${took} ms, more than speed ${fastest} allows`
    const faster = this.params.speeds.filter((speed) => speed > fastest).map(influenceNames.speed)
    // A count says that it is faster, and not how fast.
    const traces = { whats: faster, sinceMs: Math.max(0, sinceMs - 1000), isSignature: false }
    this.findings.add(event, 'wrong', what, { expected: { speed: fastest }, received: { snapshots, ms: took }, traces })
  }

  conclude(): Conclusion {
    return { examined: this.examined, undecidable: 0, violations: this.findings.list() }
  }

  /** A live feed has a rate of its own. */
  private mayBeLive(mode: string | undefined, model: SessionModel): boolean {
    if (mode !== undefined) return mode === 'LIVE'
    return model.mode.values?.includes('LIVE') ?? this.params.mode === 'LIVE'
  }

  private mostIn(elapsedMs: number, speed: number): number {
    const { periodMs, catchUpMs, rateTolerance } = this.params
    return 2 + ((elapsedMs + catchUpMs) * speed * (1 + rateTolerance)) / periodMs
  }
}

function fastestOf(speeds: readonly number[]): number {
  let fastest = Number.NEGATIVE_INFINITY
  for (const speed of speeds) fastest = Math.max(fastest, speed)
  return fastest
}
