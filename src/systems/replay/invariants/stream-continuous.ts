import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant, Traces } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SettleValue, SnapshotValue } from '../workload/event-values.ts'
import { EndDoubts } from './end-doubts.ts'
import { influenceNames } from './influences.ts'
import type { Place } from './jumps.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const streamContinuous: Invariant = {
  name: 'stream-continuous',
  kind: 'loss',
  sentence: "The cursor of a viewer's stream advances step by step, but for the viewer's own commands.",
}

/** So many that may be repetitions are kept until it is known. */
const mostRepeated = 50

/** Each snapshot beside the one before it on its socket, and what was sent before a pause beside what has come. */
export class StreamContinuous implements Rule {
  readonly invariant = streamContinuous
  private readonly findings: FindingLog
  private examined = 0
  private undecidable = 0
  private snapshots = 0
  private unclear = 0
  private readonly ends = new EndDoubts()
  private readonly repeated: (() => void)[] = []
  private sharesTimes = false
  /** Market time between two snapshots, as the stream itself shows it. */
  private stepMs = 0
  private lastAtMs = 0

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(streamContinuous, arrival.client)
    this.stepMs = params.stepMs ?? 0
  }

  invoked({ operation }: Invocation): void {
    if (operation === 'mode') this.undecidable += this.ends.clear()
  }

  received(
    { event, value, continuity, before, missing, isBeginning }: SeenSnapshot,
    { stream }: FollowedSession,
  ): void {
    const sinceMs = this.lastAtMs
    this.lastAtMs = event.atMs
    this.sharesTimes = stream.sharesTimes
    this.ends.take(value.atMs, event.atMs)
    this.snapshots++
    if (continuity === 'unclear') {
      this.unclear++
      this.undecidable++
    }
    if (continuity === 'unclear' || continuity === 'first' || !before) return
    this.examined++
    if (continuity === 'next') this.learnStep(before, value)
    else if (continuity === 'lost') {
      this.findings.add(event, 'lost', `did not get ${missing} snapshots of its stream`, describePlaces(before, value))
    } else if (continuity === 'repeated') this.judgeRepeated(event, before, value)
    else if (continuity === 'moved') {
      const details = { ...describePlaces(before, value), traces: this.traceMove(before, value, sinceMs) }
      const find = () =>
        this.findings.add(event, 'reordered', 'was moved back in its stream without having gone back', details)
      if (isBeginning && !stream.tellsEnd) this.ends.add(before.atMs, 0, find)
      else find()
    }
  }

  answered({ event, invocation }: SeenAnswer, { stream }: FollowedSession): void {
    if (invocation.operation !== 'settle') return
    this.examined++
    if (event.errorCode !== 'settle-timeout') return
    const { cursorMs } = invocation.value as unknown as SettleValue
    // What one socket has got and another has not is judged by itself.
    const isAnywhere = stream.sockets.list().some(({ last }) => last && last.atMs >= cursorMs)
    if (isAnywhere) return
    const last = stream.sockets.get(event.connection)?.last
    // Some servers mean by the cursor the next one to be sent.
    if (last && (this.stepMs === 0 || cursorMs - last.atMs < 1.5 * this.stepMs)) {
      this.undecidable++
      return
    }
    const details = { expected: { untilMs: cursorMs }, received: { untilMs: last?.atMs ?? null } }
    this.findings.add(event, 'lost', 'did not get what the server says it has sent before its pause', details)
  }

  conclude(): Conclusion {
    const { examined, findings, repeated, sharesTimes } = this
    const undecidable = this.undecidable + this.ends.count + (sharesTimes ? repeated.length : 0)
    for (const find of repeated.splice(0)) if (!sharesTimes) find()
    const coverage = { deliveries: this.snapshots, decidableDeliveries: this.snapshots - this.unclear }
    return { examined, undecidable, violations: findings.list(), coverage }
  }

  /** Where nothing numbers them, two snapshots alike are two where the data have several of one time. */
  private judgeRepeated(event: SeenSnapshot['event'], before: Place, value: SnapshotValue): void {
    const find = () =>
      this.findings.add(event, 'duplicate', 'got a snapshot of its stream twice', describePlaces(before, value))
    if (value.seq !== undefined) find()
    else if (this.repeated.length < mostRepeated) this.repeated.push(find)
  }

  private learnStep(before: Place, { seq, atMs }: SnapshotValue): void {
    if (seq !== undefined && before.seq !== undefined) this.stepMs = atMs - before.atMs
  }

  /** By how much it was moved is the way of whoever went back by so much. */
  private traceMove(before: Place, value: SnapshotValue, sinceMs: number): Traces {
    const seconds = Math.round(before.atMs + this.stepMs - value.atMs) / 1000
    return { whats: [influenceNames.goBack(seconds)], sinceMs: Math.max(0, sinceMs - 1000), isSignature: true }
  }
}

const describePlaces = (before: Place, { atMs, seq }: SnapshotValue) => ({
  expected: { after: { ...before } },
  received: seq === undefined ? { atMs } : { atMs, seq },
})
