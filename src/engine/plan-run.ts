import { McsimError } from '../core/errors.ts'
import { mix32 } from '../core/hash.ts'
import { maxClients } from '../core/marker.ts'
import type { Arrival, ClientFaults, ClientIndex, Plan, Shard } from '../core/plan.ts'
import { createRandom } from '../core/random.ts'
import type { Group, Scenario } from '../core/scenario.ts'
import { scheduleClosed } from '../load/schedule-closed.ts'
import { scheduleOpen } from '../load/schedule-open.ts'
import { planFaults } from './plan-faults.ts'

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
  // Of the whole scenario, so that a client that is run again with few others meets what it met among all.
  const faults = planFaults(scenario, arrivals)
  const { picked, shiftMs } = pickOnly(arrivals, scenario.only)
  const inOrder = picked.toSorted((a, b) => a.scheduledAtMs - b.scheduledAtMs || a.client - b.client)
  return {
    runId,
    scenario,
    clients: inOrder.length,
    arrivals: (shard?: Shard) =>
      shard ? inOrder.filter(({ client }) => client % shard.count === shard.index) : inOrder,
    faultsOf: (client) => shiftFaults(faults.get(client), shiftMs),
  }
}

interface Picked {
  readonly picked: readonly Arrival[]
  /** By so much earlier they arrive. */
  readonly shiftMs: number
}

function pickOnly(arrivals: readonly Arrival[], only: Scenario['only']): Picked {
  if (!only) return { picked: arrivals, shiftMs: 0 }
  const picked = arrivals.filter(({ client }) => only.includes(client))
  const shiftMs = Math.min(...picked.map(({ scheduledAtMs }) => scheduledAtMs))
  const earlier = picked.map((arrival) => ({ ...arrival, scheduledAtMs: arrival.scheduledAtMs - shiftMs }))
  return { picked: earlier, shiftMs }
}

function shiftFaults(faults: ClientFaults | undefined, shiftMs: number): ClientFaults | undefined {
  if (!faults || shiftMs === 0) return faults
  const shift = <Timed extends { readonly atMs: number }>(timed: Timed): Timed => ({
    ...timed,
    atMs: timed.atMs - shiftMs,
  })
  return { ...faults, strikes: faults.strikes.map(shift), ...(faults.start && { start: shift(faults.start) }) }
}

function scheduleGroup(group: Group, seed: number): readonly number[] {
  if (group.load.model === 'closed') return scheduleClosed(group.load, group.startAfterMs)
  return scheduleOpen(group.load, createRandom(seed, 'arrivals', group.name), group.startAfterMs)
}
