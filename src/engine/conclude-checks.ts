import { countCoinciding } from '../check/count-coinciding.ts'
import { countPairs, type Presence } from '../check/count-pairs.ts'
import { markIncorrect } from '../check/mark-incorrect.ts'
import { resolveIssuedIds } from '../check/resolve-issued-ids.ts'
import { resolveTraces } from '../check/resolve-traces.ts'
import { type ConcludedChecks, mergeConclusions } from '../check/run-checkers.ts'
import { suspendTimeBased } from '../check/suspend-time-based.ts'
import type { ClientIndex, Plan } from '../core/plan.ts'
import type { Coverage } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { findCauses } from './find-causes.ts'
import { identifyPlaces } from './identify-places.ts'
import { judgeServers } from './judge-servers.ts'
import type { RunOutcome } from './run-outcome.ts'

/**
 * Joins the conclusions of threads and servers, suspends what rests on times that are not to be trusted, and names owners
 * and causes that no single thread could know.
 */
export async function concludeChecks(
  { run, plan, results }: RunOutcome,
  systems: readonly System[],
  isTimingTrusted: boolean,
): Promise<ConcludedChecks> {
  const { groupOf, targetOf } = createLookups(plan)
  const hygiene = run.servers && run.end ? judgeServers(plan, systems, run.servers.told, run.end.told) : []
  const identified = resolveIssuedIds(mergeConclusions([...results.map(({ checks }) => checks), ...hygiene]))
  const counted = isTimingTrusted ? identified : suspendTimeBased(identified, groupOf)
  const merged = resolveTraces(counted, targetOf)
  const presences = results.flatMap((result) => result.presences)
  const coverage = {
    ...merged.coverage,
    ...countCoinciding(merged.answers, targetOf),
    ...countMeetings(presences, targetOf, identifyPlaces(plan, systems)),
  }
  const violations = await findCauses(merged.violations, plan, systems)
  return markIncorrect({ ...merged, coverage, violations }, run.incorrectAlone ?? [])
}

/** Where clients meet: at a target, and there on the keys that they use. */
function countMeetings(
  presences: readonly Presence[],
  targetOf: (client: ClientIndex) => string,
  placeOf: (client: ClientIndex) => string | undefined,
): Coverage {
  const pairs = countPairs(presences, targetOf)
  const onKeys = countPairs(presences, placeOf)
  return {
    concurrentPairs: pairs.concurrent,
    successivePairs: pairs.successive,
    concurrentPairsOnSharedKeys: onKeys.concurrent,
    successivePairsOnSharedKeys: onKeys.successive,
  }
}

function createLookups(plan: Plan) {
  const targetOfGroup = new Map(plan.scenario.groups.map(({ name, target }) => [name, target]))
  const groups = new Map(plan.arrivals().map(({ client, group }) => [client, group]))
  const groupOf = (client: ClientIndex) => groups.get(client) ?? ''
  return { groupOf, targetOf: (client: ClientIndex) => targetOfGroup.get(groupOf(client)) ?? '' }
}
