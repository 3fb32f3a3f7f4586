import type { Plan } from '../core/plan.ts'
import { createRandom, type Random } from '../core/random.ts'
import type { System } from '../core/system.ts'
import { listClients } from './list-clients.ts'

/** How many of the sampled pairs of clients at one target would show a leak between them (ORACLE §3). */
export interface PairComparison {
  readonly target: string
  readonly system: string
  /** Pairs that exist, witnesses left out: they have no data. */
  readonly pairs: number
  readonly compared: number
  /** Pairs that expect different answers. */
  readonly distinct: number
  /** Pairs of which any batch of the one would change an answer of the other. */
  readonly sensitive: number
}

export interface PairSampling {
  /** Pairs per target at most. Each costs about as much as the data of both clients. */
  readonly pairs: number
  /** Aborted: what was compared so far is returned. */
  readonly signal: AbortSignal
}

/** Compares the data of sampled pairs of clients that meet at a target, for each system that can tell. */
export async function comparePairs(
  plan: Plan,
  systems: readonly System[],
  { pairs: wanted, signal }: PairSampling,
): Promise<readonly PairComparison[]> {
  const comparisons: PairComparison[] = []
  for (const target of plan.scenario.targets) {
    const system = systems.find(({ name }) => name === target.system)
    if (!system?.compareData) continue
    const clients = listClients(plan, systems, target.name, ({ witness }) => !witness)
    const counts = { compared: 0, distinct: 0, sensitive: 0 }
    for (const [one, other] of samplePairs(clients, wanted, createRandom(plan.scenario.seed, 'pairs', target.name))) {
      if (signal.aborted) break
      const { distinct, sensitive } = await system.compareData(one, other)
      counts.compared++
      if (distinct) counts.distinct++
      if (sensitive) counts.sensitive++
    }
    const pairs = (clients.length * (clients.length - 1)) / 2
    comparisons.push({ target: target.name, system: system.name, pairs, ...counts })
  }
  return comparisons
}

/** All pairs where they are few, else so many different ones by lot. Which of two comes first is by lot as well. */
function samplePairs<T>(items: readonly T[], wanted: number, random: Random): readonly (readonly [T, T])[] {
  const all = (items.length * (items.length - 1)) / 2
  const picked = new Set<number>()
  if (all <= wanted) for (let i = 0; i < all; i++) picked.add(i)
  while (picked.size < Math.min(wanted, all)) picked.add(random.integer(0, all - 1))
  return [...picked].map((index) => {
    // The pairs (0,1), (0,2), (1,2), (0,3) … in order: the larger one of pair k is the last j with j(j-1)/2 ≤ k.
    const later = Math.floor((1 + Math.sqrt(1 + 8 * index)) / 2)
    const earlier = index - (later * (later - 1)) / 2
    const [one, other] = [items[earlier] as T, items[later] as T]
    return random.unit() < 0.5 ? [one, other] : [other, one]
  })
}
