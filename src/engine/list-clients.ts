import type { Plan, PlannedClient } from '../core/plan.ts'
import type { Group } from '../core/scenario.ts'
import { groupsByName } from './groups-by-name.ts'

/** The clients that the plan sends to one target; all of them, or those of the groups that are wanted. */
export function listClients(
  plan: Plan,
  target: string,
  isWanted: (group: Group) => boolean = () => true,
): readonly PlannedClient[] {
  const groups = groupsByName(plan.scenario)
  return plan.arrivals().flatMap((arrival) => {
    const group = groups.get(arrival.group)
    return group?.target === target && isWanted(group) ? [{ runId: plan.runId, arrival, params: group.params }] : []
  })
}
