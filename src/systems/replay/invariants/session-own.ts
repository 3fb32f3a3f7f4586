import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { RunEvent } from '../../../core/event.ts'
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

/**
 * Looks at every answer and message that names a session. Who the named one belongs to is found at the end, over all
 * clients. Tells as well what this viewer did that others would notice in a server that leaks.
 */
export function createSessionChecker({ arrival, params }: PlannedClient<ReplayParams>): Checker {
  const findings = createFindingLog(sessionOwn, arrival.client)
  const influences = new InfluenceLog()
  const issuedIds: string[] = []
  let examined = 0

  function judge(event: RunEvent & { readonly connection: number }, what: string, named: Named): void {
    const { foreignSession } = named
    if (named.own === true || named.session !== undefined) examined++
    if (foreignSession === undefined) return
    examined++
    const details = { issuedId: foreignSession, received: { session: foreignSession } }
    findings.add(event, 'foreign', `received ${what} of session ${foreignSession}, which is not its own`, details)
  }

  return {
    invariant: sessionOwn,
    observe(event) {
      if (event.type === 'invocation') influences.take(event)
      else if (event.type === 'delivery') {
        judge(event, `a ${event.channel}`, event.value as unknown as SnapshotValue)
        if (event.channel === 'history') judgeHistory(event.value as unknown as HistoryValue)
      } else if (event.type === 'completion' && isObject(event.value)) {
        const value = event.value as unknown as SessionValue
        // Clients of the paths without a session all have the same one.
        if (event.operation === 'create' && value.session !== undefined) issuedIds.push(value.session)
        if (event.operation !== 'list') judge(event, `an answer to ${event.operation}`, value)
      }
    },
    conclude: () => ({
      examined,
      undecidable: 0,
      violations: findings.list(),
      influences: influences.list(),
      ...(params.session === 'own' && { issuedIds }),
    }),
  }

  /** Its snapshots are judged as such by `history-own`; that they name the own session is seen here. */
  function judgeHistory({ snapshots }: HistoryValue): void {
    for (const { own } of snapshots) if (own) examined++
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null
