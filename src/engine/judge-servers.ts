import { type ConcludedChecks, concludeOne } from '../check/run-checkers.ts'
import type { Json } from '../core/json.ts'
import type { Plan } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { listClients } from './list-clients.ts'

/** What each server told the operator of itself, by target; null where it told nothing. */
export type ServersTold = Readonly<Record<string, Json>>

/** Judges whole servers by what they told before the first client came and after the last had left. */
export function judgeServers(
  plan: Plan,
  systems: readonly System[],
  before: ServersTold,
  after: ServersTold,
): readonly ConcludedChecks[] {
  return plan.scenario.targets.flatMap(({ name, system }) => {
    const inspectTarget = systems.find((candidate) => candidate.name === system)?.inspectTarget
    if (!inspectTarget) return []
    const inspections = inspectTarget(before[name] ?? null, after[name] ?? null, listClients(plan, systems, name))
    return inspections.map(({ invariant, conclusion }) => concludeOne(name, invariant, conclusion))
  })
}
