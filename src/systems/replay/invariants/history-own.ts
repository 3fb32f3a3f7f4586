import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import { historyLength } from '../params/market-formulas.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { ModeValue, SnapshotValue } from '../workload/event-values.ts'
import { influenceNames } from './influences.ts'
import { RecentSnapshots } from './recent-snapshots.ts'
import type { FollowedSession, Rule, SeenAnswer, SeenHistory } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const historyOwn: Invariant = {
  name: 'history-own',
  kind: 'isolation',
  sentence: "A history has at most 100 snapshots, all from the session's own past.",
  // Not every server sends one.
  optional: true,
}

/** A snapshot of a history that is later than all that came: once the stream goes on behind it, it was never sent. */
interface Ahead {
  readonly atMs: number
  readonly jumps: number
  readonly event: SeenHistory['event']
}

/**
 * Each snapshot of a history must be one that the viewer has received, or later than all of those, and then no later than
 * what comes next. Of what the viewer was never connected to, only the names that it carries can be judged. Some servers
 * send the data before the cursor, whether or not they have sent them: what is earlier than the unbroken stretch that the
 * viewer has received is not judged.
 */
export class HistoryOwn implements Rule {
  readonly invariant = historyOwn
  private readonly findings: FindingLog
  private readonly settleMs: number
  private readonly knowsSymbols: boolean
  private readonly recent = new RecentSnapshots()
  private last = { atMs: 0, met: 0 }
  private ahead: Ahead | undefined
  private wasAway = false
  /** Symbols that the viewer chose, and those that its session showed before. */
  private readonly symbols = new Set<string>()
  private examined = 0
  private undecidable = 0

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(historyOwn, arrival.client)
    this.settleMs = params.settleMs
    this.knowsSymbols = !params.globalMode
  }

  began(): void {
    this.recent.clear()
    this.symbols.clear()
    this.ahead = undefined
  }

  invoked({ operation, value }: Invocation, { stream }: FollowedSession): void {
    if (operation === 'mode') this.symbols.add((value as unknown as ModeValue).symbol)
    if (operation === 'watch' && stream.sockets.size <= 1) this.wasAway = true
    // Between the two ends of a jump some may be missing.
    if (operation === 'mode' || operation === 'start' || operation === 'stop') this.recent.interrupt()
  }

  answered({ value }: SeenAnswer): void {
    if (value?.symbol !== undefined) this.symbols.add(value.symbol)
  }

  received({ event, value, socket, continuity }: SeenSnapshot, { stream }: FollowedSession): void {
    const isBroken = continuity === 'lost' || continuity === 'unclear' || socket.met < stream.jumps.count
    if (isBroken) this.recent.interrupt()
    this.comeBack()
    this.recent.add(value)
    if (value.symbol !== undefined) this.symbols.add(value.symbol)
    this.last = { atMs: value.atMs, met: socket.met }
    const { ahead } = this
    if (!ahead) return
    if (continuity === 'moved' || ahead.jumps !== stream.jumps.count || value.atMs >= ahead.atMs) this.ahead = undefined
    else if (event.atMs > ahead.event.atMs + this.settleMs) {
      this.ahead = undefined
      const what = 'received a history with a snapshot that its session had still not come to later on'
      this.findings.add(ahead.event, 'wrong', what, { received: { atMs: ahead.atMs, laterAtMs: value.atMs } })
    }
  }

  receivedHistory(seen: SeenHistory, { stream }: FollowedSession): void {
    const { event, value, returns } = seen
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
    if (this.findSymbol(event, snapshots, returns)) return
    const hasSeenJumps = returns && this.last.met === stream.jumps.count
    const unknown = this.findUnknown(seen, hasSeenJumps, stream.jumps.count)
    if (unknown) {
      const what = 'received a history with a snapshot that its session has not sent before'
      this.findings.add(event, 'wrong', what, { received: { atMs: unknown.atMs, book: unknown.book } })
    }
    this.comeBack()
  }

  conclude(): Conclusion {
    const { examined, undecidable } = this
    return { examined, undecidable, violations: this.findings.list() }
  }

  /** What was sent while nobody listened is missing. */
  private comeBack(): void {
    if (this.wasAway) this.recent.interrupt()
    this.wasAway = false
  }

  /** Whether there is one of a symbol that the session never had. */
  private findSymbol(event: SeenHistory['event'], snapshots: readonly SnapshotValue[], returns: boolean): boolean {
    const { symbols } = this
    if (!returns) for (const { symbol } of snapshots) if (symbol !== undefined) symbols.add(symbol)
    const strange = snapshots.find(({ symbol }) => symbol !== undefined && !symbols.has(symbol))?.symbol
    if (strange === undefined || !this.knowsSymbols) return false
    const traces = { whats: [influenceNames.switched(strange)], sinceMs: 0, isSignature: true }
    const what = `received a history with a snapshot of ${strange}, which it never chose`
    this.findings.add(event, 'wrong', what, { expected: [...symbols], received: strange, traces })
    return true
  }

  /**
   * What is later than all that came was sent while nobody listened, or is on its way to another socket; so is anything
   * after a jump that the viewer has not seen yet.
   */
  private findUnknown(
    { event, value: { snapshots } }: SeenHistory,
    hasSeenJumps: boolean,
    jumps: number,
  ): SnapshotValue | undefined {
    const unknown = snapshots.filter((snapshot) => !this.recent.has(snapshot))
    const fromMs = hasSeenJumps ? this.recent.wholeFromMs : Number.POSITIVE_INFINITY
    const impossible = unknown.find(({ atMs }) => atMs >= fromMs && atMs < this.last.atMs)
    if (impossible) return impossible
    const latestMs = Math.max(...unknown.map(({ atMs }) => atMs))
    if (hasSeenJumps && unknown.length > 0 && latestMs > this.last.atMs) this.ahead = { atMs: latestMs, jumps, event }
    this.undecidable += unknown.length
    for (const snapshot of unknown) this.recent.add(snapshot)
    return undefined
  }
}
