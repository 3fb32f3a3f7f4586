import type { PlannedClient } from '../../../../core/plan.ts'
import type { GatewayParams } from '../../params.ts'
import type { Kind } from '../../wire/rows.ts'
import { listContributions } from '../../workload/oracle.ts'
import type { Tally } from '../../workload/tally.ts'

/** What one batch adds to the sums of the queries. */
export interface Contribution {
  readonly kind: Kind
  /** Counts from 1 within its kind. */
  readonly batch: number
  readonly sums: Sums
}

export type Sums = Pick<Tally, 'amounts' | 'totals' | 'items'>

/** So many batches are kept: the next violation of a run most often asks for the same ones. */
const keptBatches = 6000
const kept = new Map<string, readonly Contribution[]>()

/** All that a client uploads in one iteration, batch by batch, derived anew from the plan. */
export async function deriveContributions(
  client: PlannedClient<GatewayParams>,
  iteration: number,
): Promise<readonly Contribution[]> {
  const key = `${client.runId} ${client.arrival.client} ${iteration}`
  const known = kept.get(key)
  if (known) return known
  const derived: Contribution[] = []
  for await (const { kind, batch, tally } of listContributions(client, iteration)) {
    const { amounts, totals, items } = tally
    derived.push({ kind, batch, sums: { amounts, totals, items } })
  }
  const total = [...kept.values()].reduce((sum, batches) => sum + batches.length, 0)
  if (total + derived.length > keptBatches) kept.clear()
  kept.set(key, derived)
  return derived
}
