import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import { historyLength } from '../params/market-formulas.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SnapshotValue } from '../workload/event-values.ts'
import { RecentSnapshots } from './recent-snapshots.ts'
import type { FollowedSession, Rule, SeenHistory } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const historyOwn: Invariant = {
  name: 'history-own',
  kind: 'isolation',
  sentence: "A history has at most 100 snapshots, all from the session's own past.",
  optional: true,
}

/**
 * Each snapshot of a history must be one that the viewer has received, or later than all of those. Of what the viewer was never connected to, only the names that it carries can be judged.
 */
export class HistoryOwn implements Rule {
  readonly invariant = historyOwn
  private readonly findings: FindingLog
  private readonly recent = new RecentSnapshots()
  private last = { atMs: 0, met: 0 }
  private examined = 0
  private undecidable = 0

  constructor({ arrival }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(historyOwn, arrival.client)
  }

  began(): void {
    this.recent.clear()
  }

  received({ value, socket }: SeenSnapshot): void {
    this.recent.add(value)
    this.last = { atMs: value.atMs, met: socket.met }
  }

  receivedHistory({ event, value, returns }: SeenHistory, { stream }: FollowedSession): void {
    const { snapshots } = value
    this.examined++
    if (snapshots.length > historyLength) {
      const what = `received a history of ${snapshots.length} snapshots, more than ${historyLength}`
      this.findings.add(event, 'wrong', what, { expected: historyLength, received: snapshots.length })
    }
    const foreign = snapshots.find(({ foreignSession }) => foreignSession !== undefined)?.foreignSession
    if (foreign !== undefined) {
      const what = `received a history with snapshots of session ${foreign}`
      this.findings.add(event, 'foreign', what, { issuedId: foreign, received: { session: foreign } })
      return
    }
    const unknown = this.findUnknown(snapshots, returns && this.last.met === stream.jumps.count)
    if (!unknown) return
    const what = 'received a history with a snapshot that its session has not sent before'
    this.findings.add(event, 'wrong', what, { received: { atMs: unknown.atMs, book: unknown.book } })
  }

  conclude(): Conclusion {
    const { examined, undecidable } = this
    return { examined, undecidable, violations: this.findings.list() }
  }

  /**
   * What is later than all that came was sent while nobody listened, or is on its way to another socket; so is anything
   * after a jump that the viewer has not seen yet.
   */
  private findUnknown(snapshots: readonly SnapshotValue[], hasSeenJumps: boolean): SnapshotValue | undefined {
    const isKnowable = hasSeenJumps && !this.recent.isEmpty && this.recent.isWhole
    const unknown = snapshots.filter((snapshot) => !this.recent.has(snapshot))
    const impossible = isKnowable ? unknown.find(({ atMs }) => atMs <= this.last.atMs) : undefined
    if (impossible) return impossible
    this.undecidable += unknown.length
    for (const snapshot of unknown) this.recent.add(snapshot)
    return undefined
  }
}
