import { createFindingLog } from '../../../check/finding-log.ts'
import type { Checker, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { type ListValue, readAnswer, type SessionValue } from '../workload/event-values.ts'

export const listingOwn: Invariant = {
  name: 'listing-own',
  kind: 'isolation',
  sentence: "Where sessions have keys, nobody learns of another's session, and nobody is served without the key.",
}

/** For targets with session keys alone: without them the protocol shows all sessions to all. */
export function createListingChecker({ arrival }: PlannedClient<ReplayParams>): Checker {
  const findings = createFindingLog(listingOwn, arrival.client)
  let examined = 0
  return {
    invariant: listingOwn,
    observe(event) {
      if (event.type !== 'completion' || event.outcome !== 'ok') return
      if (event.operation === 'list') {
        const answer = readAnswer<ListValue>(event.value)
        examined++
        for (const session of answer?.others ?? []) {
          const details = { issuedId: session, received: { session } }
          findings.add(event, 'foreign', `was told of session ${session} in a list, which is not its own`, details)
        }
      } else if (event.operation === 'control-keyless') {
        const answer = readAnswer<SessionValue>(event.value)
        if (!answer) return
        examined++
        if (answer.refused !== undefined) return
        const details = { expected: 'a refusal', received: event.value }
        findings.add(event, 'wrong', 'was told the state of a session without its key', details)
      }
    },
    conclude: () => ({ examined, undecidable: 0, violations: findings.list() }),
  }
}
