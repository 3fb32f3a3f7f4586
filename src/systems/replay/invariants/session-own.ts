import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Checker, Conclusion, Invariant } from '../../../core/check.ts'
import type { Completion, Delivery, RunEvent } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { HistoryValue, SessionValue, SnapshotValue } from '../workload/event-values.ts'
import { InfluenceLog } from './influences.ts'

export const sessionOwn: Invariant = {
  name: 'session-own',
  kind: 'isolation',
  sentence: "All that names a session names the viewer's own.",
  optional: true,
}

/** What a message or an answer says of the session that it is about. */
type Named = Pick<SessionValue & SnapshotValue, 'foreignSession' | 'own' | 'session'>

export const createSessionChecker = (client: PlannedClient<ReplayParams>): Checker => new SessionChecker(client)

/**
 * Looks at every answer and message that names a session. Who the named one belongs to is found at the end, over all
 * clients. Tells as well what this viewer did that others would notice in a server that leaks.
 */
class SessionChecker implements Checker {
  readonly invariant = sessionOwn
  private readonly findings: FindingLog
  private readonly influences = new InfluenceLog()
  private readonly isShared: boolean
  private issuedIds: readonly string[] = none
  private examined = 0

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(sessionOwn, arrival.client)
    this.isShared = params.session === 'shared'
  }

  observe(event: RunEvent): void {
    if (event.type === 'delivery') {
      this.judge(event, event.channel, event.value as unknown as SnapshotValue)
      if (event.channel === 'history') this.judgeHistory(event.value as unknown as HistoryValue)
    } else if (event.type === 'invocation') this.influences.take(event)
    else if (event.type === 'completion' && isObject(event.value)) {
      const value = event.value as unknown as SessionValue
      // Clients of the paths without a session all have the same one.
      if (event.operation === 'create' && value.session !== undefined) {
        this.issuedIds = this.issuedIds.concat(value.session)
      }
      if (event.operation !== 'list') this.judge(event, event.operation, value)
    }
  }

  conclude(): Conclusion {
    const { examined, findings, influences, issuedIds } = this
    const own = this.isShared ? {} : { issuedIds }
    return { examined, undecidable: 0, violations: findings.list(), influences: influences.list(), ...own }
  }

  private judge(event: Delivery | Completion, name: string, { foreignSession, own, session }: Named): void {
    if (own === true || session !== undefined) this.examined++
    if (foreignSession === undefined) return
    this.examined++
    const what = event.type === 'delivery' ? `a ${name}` : `an answer to ${name}`
    const details = { issuedId: foreignSession, received: { session: foreignSession } }
    this.findings.add(event, 'foreign', `received ${what} of session ${foreignSession}, which is not its own`, details)
  }

  /** Its snapshots are judged as such by `history-own`; that they name the own session is seen here. */
  private judgeHistory({ snapshots }: HistoryValue): void {
    for (const { own } of snapshots) if (own) this.examined++
  }
}

const none: readonly string[] = []

const isObject = (value: unknown) => typeof value === 'object' && value !== null
