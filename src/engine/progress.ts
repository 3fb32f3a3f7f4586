import type { ClientIndex, Plan } from '../core/plan.ts'
import { type LiveHealth, mergeLiveHealth } from '../metrics/generator-health.ts'
import { type LiveOperations, mergeLive } from '../metrics/live-operations.ts'
import { type ClientMetrics, mergeClients } from '../metrics/observe-clients.ts'
import { type LiveView, mergeLiveViews } from './observe-live.ts'
import type { ShardSnapshot } from './run-shard.ts'

/** How a whole run stands at this moment. */
export interface RunProgress {
  readonly elapsedMs: number
  readonly planned: number
  /** In the order of the scenario. */
  readonly groups: readonly PlannedGroup[]
  readonly clients: readonly ClientMetrics[]
  readonly operations: readonly LiveOperations[]
  readonly live: LiveView
  readonly health: LiveHealth
}

/** The clients of one group are numbered one after another. */
export interface PlannedGroup {
  readonly name: string
  readonly firstClient: ClientIndex
  readonly clients: number
}

/** Joins the latest snapshots of all threads whenever one comes. */
export function followProgress(plan: Plan, onProgress: (progress: RunProgress) => void) {
  const latest = new Map<number, ShardSnapshot>()
  const groups = listGroups(plan)
  return (shard: number, snapshot: ShardSnapshot) => {
    latest.set(shard, snapshot)
    const all = [...latest.values()]
    onProgress({
      elapsedMs: snapshot.atMs,
      planned: plan.clients,
      groups,
      clients: mergeClients(all.map(({ clients }) => clients)),
      operations: mergeLive(all.map(({ operations }) => operations)),
      live: mergeLiveViews(all.map(({ live }) => live)),
      health: mergeLiveHealth(all.map(({ health }) => health)),
    })
  }
}

function listGroups(plan: Plan): readonly PlannedGroup[] {
  const groups = new Map<string, PlannedGroup>()
  for (const { group, client } of plan.arrivals()) {
    const { firstClient, clients } = groups.get(group) ?? { firstClient: client, clients: 0 }
    groups.set(group, { name: group, firstClient: Math.min(firstClient, client) as ClientIndex, clients: clients + 1 })
  }
  return plan.scenario.groups.flatMap(({ name }) => groups.get(name) ?? [])
}
