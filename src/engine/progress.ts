import type { Plan } from '../core/plan.ts'
import { type LiveHealth, mergeLiveHealth } from '../metrics/generator-health.ts'
import { type LiveOperations, mergeLive } from '../metrics/live-operations.ts'
import { type ClientMetrics, mergeClients } from '../metrics/observe-clients.ts'
import { type LiveView, mergeLiveViews } from './observe-live.ts'
import type { ShardSnapshot } from './run-shard.ts'

/** How a whole run stands at this moment. */
export interface RunProgress {
  readonly elapsedMs: number
  readonly planned: number
  readonly clients: readonly ClientMetrics[]
  readonly operations: readonly LiveOperations[]
  readonly live: LiveView
  readonly health: LiveHealth
}

/** Joins the latest snapshots of all threads whenever one comes. */
export function followProgress(plan: Plan, onProgress: (progress: RunProgress) => void) {
  const latest = new Map<number, ShardSnapshot>()
  return (shard: number, snapshot: ShardSnapshot) => {
    latest.set(shard, snapshot)
    const all = [...latest.values()]
    onProgress({
      elapsedMs: snapshot.atMs,
      planned: plan.clients,
      clients: mergeClients(all.map(({ clients }) => clients)),
      operations: mergeLive(all.map(({ operations }) => operations)),
      live: mergeLiveViews(all.map(({ live }) => live)),
      health: mergeLiveHealth(all.map(({ health }) => health)),
    })
  }
}
