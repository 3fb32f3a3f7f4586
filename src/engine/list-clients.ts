import type { Plan, PlannedClient } from '../core/plan.ts'
import type { Group } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { lookUpParams } from './client-params.ts'
import { groupsByName } from './groups-by-name.ts'

/** The clients that the plan sends to one target; all of them, or those of the groups that are wanted. */
export function listClients(
  plan: Plan,
  systems: readonly System[],
  target: string,
  isWanted: (group: Group) => boolean = () => true,
): readonly PlannedClient[] {
  const groups = groupsByName(plan.scenario)
  const paramsOf = lookUpParams(plan, systems)
  return plan.arrivals().flatMap((arrival) => {
    const group = groups.get(arrival.group)
    if (group?.target !== target || !isWanted(group)) return []
    return [{ runId: plan.runId, arrival, params: paramsOf(arrival, group) }]
  })
}
