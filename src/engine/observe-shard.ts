import { createCommonCheckers } from '../check/common-checkers.ts'
import { observePresence, type Presence } from '../check/count-pairs.ts'
import { createSharing } from '../check/create-sharing.ts'
import { type ClientCheckers, type ConcludedChecks, runCheckers } from '../check/run-checkers.ts'
import type { Observer } from '../core/event.ts'
import { deriveRunKey } from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { LiveOperations } from '../metrics/live-operations.ts'
import { type ClientMetrics, observeClients } from '../metrics/observe-clients.ts'
import { observeOperations } from '../metrics/observe-operations.ts'
import type { OperationMetrics } from '../metrics/operation-metrics.ts'
import type { Member } from './list-members.ts'

/** How far the clients of a shard are at this moment. */
export interface ShardFigures {
  readonly atMs: number
  readonly clients: readonly ClientMetrics[]
  readonly operations: readonly LiveOperations[]
}

/** All that follows from the events of one shard, and from nothing else. Plain data; disjoint shards merge exactly. */
export interface ShardObservations {
  readonly checks: ConcludedChecks
  readonly presences: readonly Presence[]
  readonly operations: readonly OperationMetrics[]
  readonly clients: readonly ClientMetrics[]
}

export interface ShardObserver extends Observer {
  snapshot(atMs: number): ShardFigures
  conclude(): ShardObservations
}

/** Everybody who judges or measures by events: the same while a run goes on and when its history is read again. */
export function observeShard(members: ReadonlyMap<ClientIndex, Member>): ShardObserver {
  const memberOf = (client: ClientIndex) => members.get(client) as Member
  const groupOf = (client: ClientIndex) => memberOf(client).group.name
  const operations = observeOperations(groupOf)
  const clients = observeClients(groupOf)
  const presences = observePresence()
  const checkers = runCheckers((client) => createCheckers(memberOf(client)))
  return {
    observe(event) {
      operations.observe(event)
      clients.observe(event)
      presences.observe(event)
      checkers.observe(event)
    },
    snapshot: (atMs) => ({ atMs, clients: clients.conclude(), operations: operations.snapshot() }),
    conclude: () => ({
      checks: checkers.conclude(),
      presences: presences.conclude(),
      operations: operations.conclude(),
      clients: clients.conclude(),
    }),
  }
}

function createCheckers({ planned, group, groupSize, system }: Member): ClientCheckers {
  const { client, indexInGroup } = planned.arrival
  // Clients are numbered group by group.
  const first = client - indexInGroup
  const isPeer = (other: number) => other >= first && other < first + groupSize
  const sharing = createSharing({ ...system.channels, ...group.visibility }, isPeer)
  const key = sharing && deriveRunKey(planned.runId)
  const common = createCommonCheckers(client, group.witness !== false, sharing, key)
  const own = group.witness ? [] : system.createCheckers(planned, sharing)
  return { group: group.name, checkers: [...common, ...own] }
}
