import { setTimeout as delay } from 'node:timers/promises'
import type { Plan } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { judgeServers, type ServersTold } from './judge-servers.ts'
import type { RunTargets } from './start-targets.ts'

/** How long a server may take to free what its clients held, and how often it is asked. */
const settleLimitMs = 5000
const askEveryMs = 100

/**
 * Asks each server, after all clients have left, whether it is back where it was before they came. Asks again until
 * it is, or until the time limit; returns what they told last.
 */
export async function inspectAfterRun(
  plan: Plan,
  systems: readonly System[],
  targets: RunTargets,
  before: ServersTold,
): Promise<ServersTold> {
  const deadline = performance.now() + settleLimitMs
  for (;;) {
    const after = await targets.inspect()
    const isClean = judgeServers(plan, systems, before, after).every(({ violations }) => violations.length === 0)
    if (isClean || performance.now() > deadline) return after
    await delay(askEveryMs)
  }
}
