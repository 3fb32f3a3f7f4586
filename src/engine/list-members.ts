import type { ClientIndex, Plan, PlannedClient, Shard } from '../core/plan.ts'
import type { Group } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { lookUpParams } from './client-params.ts'
import { groupsByName } from './groups-by-name.ts'

/** One client of a shard, with what its life and its judgement need. */
export interface Member {
  readonly planned: PlannedClient
  readonly group: Group
  /** How many clients it has. */
  readonly groupSize: number
  readonly system: System
}

/** The clients of one shard. */
export function listMembers(plan: Plan, shard: Shard, systems: readonly System[]): ReadonlyMap<ClientIndex, Member> {
  const groups = groupsByName(plan.scenario)
  const sizes = new Map<string, number>()
  for (const { group } of plan.arrivals()) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  const paramsOf = lookUpParams(plan, systems)
  return new Map(
    plan.arrivals(shard).map((arrival) => {
      const group = groups.get(arrival.group) as Group
      const system = systems.find(({ name }) => name === group.system)
      if (!system) throw new Error(`group ${group.name} has no system`)
      const planned = { runId: plan.runId, arrival, params: paramsOf(arrival, group) }
      return [arrival.client, { planned, group, groupSize: sizes.get(group.name) ?? 0, system }]
    }),
  )
}
