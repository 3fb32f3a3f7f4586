import { setTimeout as delay } from 'node:timers/promises'
import { type ConcludedChecks, concludeOne } from '../check/run-checkers.ts'
import type { Json } from '../core/json.ts'
import type { Plan } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { listClients } from './list-clients.ts'
import type { RunTargets } from './start-targets.ts'

/** How long a server may take to free what its clients held, and how often it is asked. */
const settleLimitMs = 5000
const askEveryMs = 100

/**
 * Asks each server, after all clients have left, whether it is back where it was before they came. Asks again until
 * it is, or until the time limit; then what is still held is reported.
 */
export async function inspectAfterRun(
  plan: Plan,
  systems: readonly System[],
  targets: RunTargets,
  before: Readonly<Record<string, Json>>,
): Promise<readonly ConcludedChecks[]> {
  const deadline = performance.now() + settleLimitMs
  for (;;) {
    const after = await targets.inspect()
    const concluded = plan.scenario.targets.flatMap(({ name, system }) => {
      const inspectTarget = systems.find((candidate) => candidate.name === system)?.inspectTarget
      return inspectTarget
        ? inspectTarget(before[name] ?? null, after[name] ?? null, listClients(plan, name)).map((one) => ({
            name,
            ...one,
          }))
        : []
    })
    const clean = concluded.every(({ conclusion }) => conclusion.violations.length === 0)
    if (clean || performance.now() > deadline) {
      return concluded.map(({ name, invariant, conclusion }) => concludeOne(name, invariant, conclusion))
    }
    await delay(askEveryMs)
  }
}
