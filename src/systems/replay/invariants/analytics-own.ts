import { AnswerTally } from '../../../check/answer-tally.ts'
import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { Rule } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const analyticsOwn: Invariant = {
  name: 'analytics-own',
  kind: 'isolation',
  sentence: 'Derived numbers follow from the books that the session itself has sent.',
  optional: true,
}

/** Tells where a viewer's own computation and the server's differ (`workload/follow-analytics`). */
export class AnalyticsOwn implements Rule {
  readonly invariant = analyticsOwn
  private readonly findings: FindingLog
  private readonly answers = new AnswerTally()
  private snapshots = 0

  constructor({ arrival }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(analyticsOwn, arrival.client)
  }

  received({ event, value }: SeenSnapshot): void {
    const { compared, differences } = value
    if (compared === undefined) return
    this.snapshots++
    // What follows from a book is the same where the book is.
    this.answers.add(() => value.book, compared)
    if (!differences) return
    for (const { field, expected, received } of differences) {
      const what = `received ${field} ${JSON.stringify(received)} with a book from which ${JSON.stringify(expected)} follows`
      this.findings.add(event, 'wrong', what, { expected, received })
    }
  }

  conclude(): Conclusion {
    return { examined: this.snapshots, undecidable: 0, violations: this.findings.list(), ...this.answers.conclude() }
  }
}
