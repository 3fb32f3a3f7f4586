import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { Rule, SeenAnswer } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const sessionGone: Invariant = {
  name: 'session-gone',
  kind: 'correctness',
  sentence: 'A session that was deleted or has expired answers with an error and streams nothing.',
  timeBased: true,
}

/**
 * A read takes all that has arrived. When so many come one after another, each at least half a period after the one before,
 * the last of them were sent when the session was gone, however late the generator is.
 */
const provenAfter = 3

/** Each of these is asked of a session that is gone. */
const questions: Readonly<Record<string, string>> = {
  'look-gone': 'was told the state of its session',
  'control-gone': 'could start its session',
}

export class SessionGone implements Rule {
  readonly invariant = sessionGone
  private readonly findings: FindingLog
  private readonly settleMs: number
  private readonly resurrects: boolean
  private deletedAtMs: number | undefined
  private readonly halfPeriodMs: number
  /** Moments since the deletion at which a snapshot came that should not have, and the last of them. */
  private lateMoments = 0
  private lastLateMs = 0
  private deletions = 0
  private examined = 0
  private undecidable = 0

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(sessionGone, arrival.client)
    this.settleMs = params.settleMs
    this.resurrects = params.resurrects
    this.halfPeriodMs = params.periodMs / 2
  }

  began(): void {
    this.deletedAtMs = undefined
    this.lateMoments = 0
  }

  answered({ event, invocation, value }: SeenAnswer): void {
    if (invocation.operation === 'delete' && event.outcome === 'ok') {
      this.deletedAtMs = event.atMs
      this.deletions++
    }
    const question = questions[invocation.operation]
    if (question === undefined) return
    if (event.outcome !== 'ok' || !value || this.resurrects) {
      this.undecidable++
      return
    }
    this.examined++
    if (value.refused !== undefined) return
    const how = this.deletedAtMs === undefined ? 'it should have expired' : 'it had deleted it'
    const details = { expected: 'a refusal', received: event.value }
    this.findings.add(event, 'wrong', `${question} after ${how}`, details)
  }

  received({ event, value }: SeenSnapshot): void {
    const { deletedAtMs } = this
    if (deletedAtMs === undefined || event.atMs <= deletedAtMs + this.settleMs) return
    const what = 'received a snapshot of its session after it had deleted it'
    if (this.lateMoments === 0 || event.atMs >= this.lastLateMs + this.halfPeriodMs) {
      this.lateMoments++
      this.lastLateMs = event.atMs
    }
    // Of the first, nothing but the time tells that they were not on their way before.
    const type = this.lateMoments > provenAfter ? 'wrong' : 'late'
    this.findings.add(event, type, what, { expected: 'none', received: { atMs: value.atMs } })
  }

  conclude(): Conclusion {
    const { deletions, undecidable } = this
    const examined = this.examined + deletions
    return { examined, examinedByTime: deletions, undecidable, violations: this.findings.list() }
  }
}
