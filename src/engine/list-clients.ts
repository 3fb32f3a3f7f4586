import type { Plan, PlannedClient } from '../core/plan.ts'

/** All clients that the plan sends to one target. */
export function listClients(plan: Plan, target: string): readonly PlannedClient[] {
  const groups = new Map(plan.scenario.groups.map((group) => [group.name, group]))
  return plan.arrivals().flatMap((arrival) => {
    const group = groups.get(arrival.group)
    return group?.target === target ? [{ runId: plan.runId, arrival, params: group.params }] : []
  })
}
