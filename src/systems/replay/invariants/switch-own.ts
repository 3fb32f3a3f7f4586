import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { describeMismatch, list } from './describe-facet.ts'
import { influenceNames } from './influences.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const modeOwn: Invariant = {
  name: 'mode-own',
  kind: 'isolation',
  sentence: 'A session is in the mode that its own viewer chose.',
  optional: true,
}

export const symbolOwn: Invariant = {
  name: 'symbol-own',
  kind: 'isolation',
  sentence: 'A session shows the symbol that its own viewer chose.',
  optional: true,
}

/**
 * Judges mode or symbol by what the server says of the session and by what each snapshot says of itself. What was on its way
 * when the viewer switched may still come.
 */
export class SwitchOwn implements Rule {
  readonly invariant: Invariant
  private readonly findings: FindingLog
  private readonly of: 'mode' | 'symbol'
  private examined = 0
  private undecidable = 0

  constructor(of: 'mode' | 'symbol', { arrival }: PlannedClient<ReplayParams>) {
    this.of = of
    this.invariant = of === 'mode' ? modeOwn : symbolOwn
    this.findings = createFindingLog(this.invariant, arrival.client)
  }

  answered({ event, value, mismatches }: SeenAnswer): void {
    if (value?.[this.of] !== undefined && event.outcome === 'ok') this.examined++
    const mismatch = mismatches[this.of]
    if (!mismatch) return
    const what = `is switched to ${mismatch.reported}, and not to ${list(mismatch.expected)} as it chose`
    this.findings.add(
      event,
      'wrong',
      what,
      describeMismatch(mismatch, this.tracesOf(mismatch.reported), this.isSignature),
    )
  }

  received({ event, value, socket }: SeenSnapshot, { model, stream }: FollowedSession): void {
    const facet = model[this.of]
    const shown = value[this.of]
    if (shown === undefined || facet.values === undefined) return
    if (facet.allows(shown)) {
      this.examined++
      return
    }
    if (socket.met < stream.jumps.count) {
      this.undecidable++
      return
    }
    this.examined++
    const what = `received a snapshot of ${shown} while it had chosen ${list(facet.values)}`
    const traces = { whats: this.tracesOf(shown), sinceMs: 0, isSignature: this.isSignature }
    this.findings.add(event, 'wrong', what, { expected: [...facet.values], received: shown, traces })
  }

  conclude(): Conclusion {
    const { examined, undecidable } = this
    return { examined, undecidable, violations: this.findings.list() }
  }

  /** There are three modes only, so that none of them is anybody's own. */
  private get isSignature(): boolean {
    return this.of === 'symbol'
  }

  private tracesOf(to: string): readonly string[] {
    return [influenceNames.switched(to)]
  }
}
