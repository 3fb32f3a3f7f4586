import { McsimError } from '../core/errors.ts'
import { mix32 } from '../core/hash.ts'
import { maxClients } from '../core/marker.ts'
import type { Arrival, ClientIndex, Plan, Shard } from '../core/plan.ts'
import { createRandom } from '../core/random.ts'
import type { Group, Scenario } from '../core/scenario.ts'
import { scheduleClosed } from '../load/schedule-closed.ts'
import { scheduleOpen } from '../load/schedule-open.ts'

/**
 * Decides who arrives when, with which seed. Pure: the same scenario and run id give the same plan everywhere.
 * Clients are numbered group by group, in the scenario's order.
 */
export function planRun(scenario: Scenario, runId: string): Plan {
  const arrivals: Arrival[] = []
  for (const group of scenario.groups) {
    for (const [indexInGroup, scheduledAtMs] of scheduleGroup(group, scenario.seed).entries()) {
      const client = arrivals.length as ClientIndex
      const seed = mix32(scenario.seed ^ mix32(client + 1))
      arrivals.push({ client, group: group.name, indexInGroup, seed, scheduledAtMs })
    }
  }
  if (arrivals.length > maxClients) {
    throw new McsimError({
      code: 'too-many-clients',
      message: `The scenario plans ${arrivals.length} clients; markers can tell ${maxClients} apart.`,
      hint: 'Lower the number of clients, or the arrival rates or durations of the open groups.',
    })
  }
  const inOrder = pickOnly(arrivals, scenario.only).toSorted(
    (a, b) => a.scheduledAtMs - b.scheduledAtMs || a.client - b.client,
  )
  return {
    runId,
    scenario,
    clients: inOrder.length,
    arrivals: (shard?: Shard) =>
      shard ? inOrder.filter(({ client }) => client % shard.count === shard.index) : inOrder,
  }
}

function pickOnly(arrivals: readonly Arrival[], only: Scenario['only']): readonly Arrival[] {
  if (!only) return arrivals
  const picked = arrivals.filter(({ client }) => only.includes(client))
  const firstMs = Math.min(...picked.map(({ scheduledAtMs }) => scheduledAtMs))
  return picked.map((arrival) => ({ ...arrival, scheduledAtMs: arrival.scheduledAtMs - firstMs }))
}

function scheduleGroup(group: Group, seed: number): readonly number[] {
  if (group.load.model === 'closed') return scheduleClosed(group.load, group.startAfterMs)
  return scheduleOpen(group.load, createRandom(seed, 'arrivals', group.name), group.startAfterMs)
}
