import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Completion, Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { describeMismatch, list } from './describe-facet.ts'
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

/** A stop that may have been the end of the data: only what comes later can tell. */
interface DoubtfulEnd {
  readonly event: Completion
  readonly mismatch: Mismatch<string>
  readonly cursorMs: number
}

/** Which of the others' commands lead to a state. */
const leadingTo: Readonly<Record<string, readonly string[]>> = {
  PLAYING: [influenceNames.resume, influenceNames.start],
  PAUSED: [influenceNames.pause],
  STOPPED: [influenceNames.stop],
}

/**
 * Judges by what the server says of state and cursor, and by the places of what comes, never by when it comes: but for
 * servers that tell no cursor, where what comes later than the settling time after a pause counts.
 */
export class ControlsOwn implements Rule {
  readonly invariant = controlsOwn
  private readonly findings: FindingLog
  private readonly settleMs: number
  private readonly isSilentAtFirst: boolean
  private quiet: Quiet | undefined
  private readonly doubtfulEnds: DoubtfulEnd[] = []
  private examined = 0
  /** The last place that came; undefined while the viewer itself may have moved the stream since. */
  private place: { readonly atMs: number; readonly mode: string | undefined; readonly seenAtMs: number } | undefined
  private placeAsked: typeof this.place

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(controlsOwn, arrival.client)
    this.settleMs = params.settleMs
    this.isSilentAtFirst = !params.autoplay
  }

  began(): void {
    this.quiet = this.isSilentAtFirst ? { sinceMs: 0, cursorMs: undefined, isUntouched: true } : undefined
    this.place = undefined
  }

  invoked({ operation }: Invocation): void {
    if (operation === 'start' || operation === 'resume') this.quiet = undefined
    // What comes while an answer is on its way may have been sent after it.
    if (operation === 'look') this.placeAsked = this.place
    // What these do to the stream is the viewer's own doing.
    if (operation === 'go-back' || operation === 'mode' || operation === 'stop' || operation === 'start')
      this.place = undefined
  }

  answered({ event, invocation, value, mismatches }: SeenAnswer): void {
    if (value?.state !== undefined && event.outcome === 'ok') this.examined++
    if (mismatches.state) this.judgeState(event, mismatches.state, value?.cursorMs, value?.endMs)
    if (event.outcome !== 'ok') return
    if (invocation.operation === 'look') this.judgeCursor(event, value?.cursorMs, value?.mode)
    this.moveQuiet(invocation.operation, event.atMs, value?.cursorMs)
  }

  private moveQuiet(operation: string, sinceMs: number, cursorMs: number | undefined): void {
    const { quiet } = this
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
    this.confirmEnds(value.atMs)
    const { atMs, mode } = value
    if (socket.met === stream.jumps.count) this.place = { atMs, mode, seenAtMs: event.atMs }
    const { quiet } = this
    if (!quiet) return
    this.examined++
    const isComparable = mode === undefined || model.mode.allows(mode)
    const isBeyond =
      quiet.cursorMs === undefined
        ? quiet.isUntouched || event.atMs > quiet.sinceMs + this.settleMs
        : isComparable && atMs > quiet.cursorMs
    if (!isBeyond) return
    const what = quiet.isUntouched
      ? 'received a snapshot before it had started'
      : 'received a snapshot beyond its own pause'
    const expected = quiet.cursorMs === undefined ? 'none' : { untilMs: quiet.cursorMs }
    const traces = { whats: leadingTo['PLAYING'] as string[], sinceMs: quiet.sinceMs, isSignature: false }
    this.findings.add(event, 'wrong', what, { expected, received: { atMs }, traces })
  }

  conclude(): Conclusion {
    return { examined: this.examined, undecidable: this.doubtfulEnds.length, violations: this.findings.list() }
  }

  private judgeState(
    event: Completion,
    mismatch: Mismatch<string>,
    cursorMs: number | undefined,
    endMs: number | undefined,
  ) {
    if (mismatch.reported === 'STOPPED' && mismatch.expected.includes('PLAYING')) {
      if (endMs !== undefined && cursorMs !== undefined && cursorMs >= endMs) return
      if (endMs === undefined && cursorMs !== undefined) {
        this.doubtfulEnds.push({ event, mismatch, cursorMs })
        return
      }
    }
    this.addState(event, mismatch)
  }

  private addState(event: Completion, mismatch: Mismatch<string>): void {
    const { reported, expected } = mismatch
    const what = `is ${reported} after its own controls had left it ${list(expected)}`
    this.findings.add(event, 'wrong', what, describeMismatch(mismatch, leadingTo[reported] ?? [], false))
  }

  /** The data did not end there: so it was somebody who stopped it. */
  private confirmEnds(atMs: number): void {
    for (let i = this.doubtfulEnds.length - 1; i >= 0; i--) {
      const doubtful = this.doubtfulEnds[i] as DoubtfulEnd
      if (atMs <= doubtful.cursorMs) continue
      this.doubtfulEnds.splice(i, 1)
      this.addState(doubtful.event, doubtful.mismatch)
    }
  }

  /** A server is at least where its last snapshot was, unless somebody has moved it back. */
  private judgeCursor(event: Completion, cursorMs: number | undefined, mode: string | undefined): void {
    const place = this.placeAsked
    if (!place || cursorMs === undefined || (place.mode !== undefined && mode !== undefined && place.mode !== mode))
      return
    this.examined++
    if (cursorMs >= place.atMs - 1) return
    const what = 'is at a cursor before the last snapshot that it received, without having gone back'
    const traces = { whats: [influenceNames.moved, influenceNames.stop], sinceMs: place.seenAtMs, isSignature: false }
    this.findings.add(event, 'wrong', what, { expected: { fromMs: place.atMs }, received: { cursorMs }, traces })
  }
}
