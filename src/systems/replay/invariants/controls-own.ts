import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Completion, Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SessionValue } from '../workload/event-values.ts'
import { describeMismatch, list } from './describe-facet.ts'
import { EndDoubts } from './end-doubts.ts'
import type { Mismatch } from './facet.ts'
import { influenceNames } from './influences.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const controlsOwn: Invariant = {
  name: 'controls-own',
  kind: 'isolation',
  sentence: "Only a viewer's own controls start, pause, move or stop its replay, and after its pause nothing comes.",
}

/** Since when nothing may come, and where the server was then. */
interface Quiet {
  readonly sinceMs: number
  readonly cursorMs: number | undefined
  /** Nothing has ever been asked for: not even what was on its way may come. */
  readonly isUntouched: boolean
}

/** A server that was about to send when it was paused may send this one, without counting it in its answer. */
interface UnderWay {
  readonly connection: number
  readonly atMs: number
}

/** Which of the others' commands lead to a state. */
const leadingTo: Readonly<Record<string, readonly string[]>> = {
  PLAYING: [influenceNames.resume, influenceNames.start],
  PAUSED: [influenceNames.pause],
  STOPPED: [influenceNames.stop],
}

/** Some servers spell the time of a cursor without the parts of a millisecond. */
const timesDifferMs = 1

/**
 * Judges by what the server says of state and cursor, and by the places of what comes, never by when it comes: but for
 * servers that tell no cursor, where what comes later than the settling time after a pause counts.
 */
export class ControlsOwn implements Rule {
  readonly invariant = controlsOwn
  private readonly findings: FindingLog
  private readonly settleMs: number
  private readonly isSilentAtFirst: boolean
  private readonly switchPlays: boolean
  private quiet: Quiet | undefined
  /** The first that came from behind the cursor, on each socket, since the quiet began. */
  private readonly beyond: UnderWay[] = []
  private readonly ends = new EndDoubts()
  /** What the server said last of the state, if nothing but a pause came since. */
  private lastState: string | undefined
  private examined = 0
  private undecidable = 0
  /** The last place that came; undefined while the viewer itself may have moved the stream since. */
  private place: { readonly atMs: number; readonly mode: string | undefined; readonly seenAtMs: number } | undefined
  private placeAsked: typeof this.place
  /** The data reach at least so far. */
  private furthestMs = 0

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(controlsOwn, arrival.client)
    this.settleMs = params.settleMs
    this.isSilentAtFirst = !params.autoplay
    this.switchPlays = params.switchPlays
  }

  began(): void {
    this.beyond.length = 0
    this.forgetData()
    this.quiet = undefined
    this.awaitStart()
    this.place = undefined
  }

  invoked({ operation, atMs }: Invocation): void {
    if (operation === 'start' || operation === 'resume') this.endQuiet(atMs)
    // What was told before plays no part any more.
    if (operation === 'start' || operation === 'stop' || operation === 'mode' || operation === 'resume')
      this.lastState = undefined
    if (operation === 'mode') this.forgetData()
    // Some servers play as soon as they have switched.
    if (operation === 'mode' && this.quiet?.isUntouched && this.switchPlays) this.quiet = undefined
    // What comes while an answer is on its way may have been sent after it.
    if (operation === 'look') this.placeAsked = this.place
    // What these do to the stream is the viewer's own doing.
    if (operation === 'go-back' || operation === 'mode' || operation === 'stop' || operation === 'start')
      this.place = undefined
  }

  answered({ event, invocation, value, mismatches }: SeenAnswer, { stream }: FollowedSession): void {
    if (value?.state !== undefined && event.outcome === 'ok') this.examined++
    if (mismatches.state) this.judgeState(event, invocation.operation, mismatches.state, value)
    if (event.outcome !== 'ok') return
    this.lastState = value?.state ?? this.lastState
    if (invocation.operation === 'look') this.judgeCursor(event, value)
    if (invocation.operation === 'mode' && value?.state === 'STOPPED' && stream.isUntouched) this.awaitStart()
    this.moveQuiet(invocation.operation, event.atMs, value?.cursorMs)
  }

  private moveQuiet(operation: string, sinceMs: number, cursorMs: number | undefined): void {
    const { quiet } = this
    if (operation === 'pause' || operation === 'stop') this.beyond.length = 0
    if (operation === 'pause') this.quiet = { sinceMs, cursorMs, isUntouched: false }
    else if (operation === 'stop') this.quiet = { sinceMs, cursorMs: undefined, isUntouched: false }
    else if (!quiet || quiet.isUntouched || cursorMs === undefined) return
    else if (operation === 'mode') this.quiet = { ...quiet, cursorMs }
    // What was sent before a step back may still come after it.
    else if (operation === 'go-back' && quiet.cursorMs !== undefined && cursorMs > quiet.cursorMs) {
      this.quiet = { ...quiet, cursorMs }
    }
  }

  received({ event, value, socket }: SeenSnapshot, { model, stream }: FollowedSession): void {
    this.ends.take(value.atMs, event.atMs)
    const { atMs, mode } = value
    this.furthestMs = Math.max(this.furthestMs, atMs)
    if (socket.met === stream.jumps.count) this.place = { atMs, mode, seenAtMs: event.atMs }
    const { quiet } = this
    if (!quiet) return
    this.examined++
    const isComparable = mode === undefined || model.mode.allows(mode)
    const isBeyond =
      quiet.cursorMs === undefined
        ? quiet.isUntouched || event.atMs > quiet.sinceMs + this.settleMs
        : isComparable && atMs >= quiet.cursorMs + timesDifferMs
    if (!isBeyond) return
    if (this.isUnderWay(event, atMs, quiet)) {
      this.undecidable++
      return
    }
    const what = quiet.isUntouched
      ? 'received a snapshot before it had started, of a server of which neither autoplay nor switchPlays is said'
      : 'received a snapshot beyond its own pause'
    const expected = quiet.cursorMs === undefined ? 'none' : { untilMs: quiet.cursorMs }
    const traces = { whats: leadingTo['PLAYING'] as string[], sinceMs: quiet.sinceMs, isSignature: false }
    this.findings.add(event, 'wrong', what, { expected, received: { atMs }, traces })
  }

  conclude(): Conclusion {
    const undecidable = this.undecidable + this.ends.count
    return { examined: this.examined, undecidable, violations: this.findings.list() }
  }

  private awaitStart(): void {
    if (this.isSilentAtFirst) this.quiet = { sinceMs: 0, cursorMs: undefined, isUntouched: true }
  }

  /** That nothing came is an observation, too, once all that was sent before has arrived. */
  private endQuiet(nowMs: number): void {
    const { quiet } = this
    if (quiet && !quiet.isUntouched && nowMs > quiet.sinceMs + this.settleMs) this.examined++
    this.quiet = undefined
  }

  /** Other data may end elsewhere. */
  private forgetData(): void {
    this.undecidable += this.ends.clear()
    this.furthestMs = 0
  }

  /** The first from behind the cursor of a pause, on each socket, unless more follow or it comes late. */
  private isUnderWay({ connection, atMs: arrivedAtMs }: SeenSnapshot['event'], atMs: number, quiet: Quiet): boolean {
    if (quiet.cursorMs === undefined || arrivedAtMs > quiet.sinceMs + this.settleMs) return false
    const known = this.beyond.find((one) => one.connection === connection)
    if (!known) this.beyond.push({ connection, atMs })
    return !known
  }

  /** A session that played, as far as is known, may have come to the end of its data. */
  private judgeState(
    event: Completion,
    operation: string,
    mismatch: Mismatch<string>,
    answer: SessionValue | undefined,
  ): void {
    const { cursorMs, endMs } = answer ?? {}
    const { reported, expected } = mismatch
    const mayHaveEnded =
      reported !== 'PLAYING' &&
      (expected.includes('PLAYING') || (expected.includes('PAUSED') && this.lastState !== 'PAUSED'))
    if (!mayHaveEnded || (endMs !== undefined && cursorMs !== undefined && cursorMs < endMs)) {
      this.addState(event, mismatch)
    } else if (endMs === undefined) {
      const confirm = () => this.addState(event, mismatch)
      // Behind the cursor of a session that stands nothing has been sent, unless it went back.
      if (cursorMs !== undefined && operation !== 'go-back') this.ends.add(cursorMs, 0, confirm)
      else this.ends.add(this.furthestMs, event.atMs + this.settleMs, confirm)
    } else if (cursorMs === undefined) this.addState(event, mismatch)
  }

  private addState(event: Completion, mismatch: Mismatch<string>): void {
    const { reported, expected } = mismatch
    const what = `is ${reported} after its own controls had left it ${list(expected)}`
    this.findings.add(event, 'wrong', what, describeMismatch(mismatch, leadingTo[reported] ?? [], false))
  }

  /** A server is at least where its last snapshot was, unless its data began anew, or somebody has moved it back. */
  private judgeCursor(event: Completion, answer: SessionValue | undefined): void {
    const place = this.placeAsked
    const { cursorMs, mode, endMs } = answer ?? {}
    if (!place || cursorMs === undefined || (place.mode !== undefined && mode !== undefined && place.mode !== mode))
      return
    this.examined++
    if (cursorMs >= place.atMs - timesDifferMs) return
    const what = 'is at a cursor before the last snapshot that it received, without having gone back'
    const traces = { whats: [influenceNames.moved, influenceNames.stop], sinceMs: place.seenAtMs, isSignature: false }
    const details = { expected: { fromMs: place.atMs }, received: { cursorMs }, traces }
    const confirm = () => this.findings.add(event, 'wrong', what, details)
    if (endMs !== undefined) confirm()
    else this.ends.add(this.furthestMs, event.atMs + this.settleMs, confirm)
  }
}
