import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'

export const streamAlive: Invariant = {
  name: 'stream-alive',
  kind: 'liveness',
  sentence: 'A session that plays goes on, however many others there are.',
}

/** A session stands still when its cursor is where it was after so many snapshots should have come, and so much time. */
const duePeriods = 20
const leastMs = 500

/**
 * Compares what the server itself says of the cursor, at two times between which it played: how late anything reaches the
 * viewer plays no part, but where a server tells no cursor. Only where the target is dependable: else it may be short of room, which is no leak.
 */
export class StreamAlive implements Rule {
  readonly invariant = streamAlive
  private readonly findings: FindingLog
  private readonly limitMs: number
  private readonly settleMs: number
  /** Where the server was, by an answer that came then. */
  private mark: { readonly atMs: number; readonly cursorMs: number | undefined } | undefined
  private examined = 0

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(streamAlive, arrival.client)
    this.settleMs = params.settleMs
    this.limitMs = Math.max(leastMs, duePeriods * params.periodMs)
  }

  began(): void {
    this.mark = undefined
  }

  /** Where no cursor is told, what comes is all that shows that it goes on. */
  received(): void {
    if (this.mark && this.mark.cursorMs === undefined) {
      this.examined++
      this.mark = undefined
    }
  }

  invoked({ operation }: Invocation): void {
    if (operation !== 'look' && operation !== 'speed' && operation !== 'list') this.mark = undefined
  }

  answered({ event, invocation, value }: SeenAnswer, { stream }: FollowedSession): void {
    if (event.outcome !== 'ok' || !value) return
    const { state, cursorMs, endMs } = value
    const isPlaying = state === 'PLAYING' && stream.sockets.size > 0
    if (!isPlaying || (endMs !== undefined && cursorMs !== undefined && cursorMs >= endMs)) {
      this.mark = undefined
      return
    }
    const { mark } = this
    if (!mark || mark.cursorMs !== cursorMs) {
      if (mark) this.examined++
      this.mark = { atMs: event.atMs, cursorMs }
      return
    }
    const stoodMs = invocation.atMs - mark.atMs
    const isUntold = cursorMs === undefined && !stream.isUntouched
    if (stoodMs < this.limitMs + (isUntold ? this.settleMs : 0)) return
    this.examined++
    const what = `plays, and has stood still for ${Math.round(stoodMs)} ms`
    this.findings.add(event, 'late', what, {
      expected: { withinMs: this.limitMs },
      received: { stoodMs: Math.round(stoodMs) },
    })
    this.mark = undefined
  }

  conclude(): Conclusion {
    return { examined: this.examined, undecidable: 0, violations: this.findings.list() }
  }
}
