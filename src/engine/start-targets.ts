import type { Json } from '../core/json.ts'
import type { TargetReport } from '../core/report.ts'
import type { Scenario, TargetDeclaration } from '../core/scenario.ts'
import type { RunningTarget, TargetAddress } from '../core/system.ts'

export type LaunchTarget = (target: TargetDeclaration) => Promise<RunningTarget>

/** The servers of one run: those that it started, and the foreign ones as they were declared. */
export interface RunTargets {
  readonly addresses: Readonly<Record<string, TargetAddress>>
  readonly reports: readonly TargetReport[]
  /** What each server tells the operator of itself, by target; null where it tells nothing. */
  inspect(): Promise<Readonly<Record<string, Json>>>
  /** Idempotent. */
  stop(): Promise<void>
}

const inspectLimitMs = 5000

/** Starts the reference servers that some group uses. Rejects, with all of them stopped, when one does not start. */
export async function startTargets(scenario: Scenario, launch: LaunchTarget): Promise<RunTargets> {
  const used = scenario.targets.filter(({ name }) => scenario.groups.some((group) => group.target === name))
  const settled = await Promise.allSettled(
    used.map((target) => (target.url === undefined ? launch(target) : undefined)),
  )
  const running = settled.flatMap((result) => (result.status === 'fulfilled' && result.value ? [result.value] : []))
  const stop = async () => {
    await Promise.all(running.splice(0).map((target) => target.stop()))
  }
  const failure = settled.find((result) => result.status === 'rejected')
  if (failure) {
    await stop()
    throw failure.reason
  }
  const addresses: Record<string, TargetAddress> = {}
  for (const [index, target] of used.entries()) {
    const result = settled[index] as PromiseFulfilledResult<RunningTarget | undefined>
    addresses[target.name] = pickAddress(result.value ?? (target as TargetAddress))
  }
  return {
    addresses,
    reports: used.map((target) => describeTarget(target, addresses[target.name] as TargetAddress)),
    inspect: () => inspectAll(addresses),
    stop,
  }
}

/** Only the plain data: a running target's methods cannot be posted to a thread. */
function pickAddress({ url, statusUrl, resultsDir }: TargetAddress): TargetAddress {
  return { url, ...(statusUrl === undefined ? {} : { statusUrl }), ...(resultsDir === undefined ? {} : { resultsDir }) }
}

function describeTarget(target: TargetDeclaration, { url }: TargetAddress): TargetReport {
  const { name, system, defects } = target
  return { name, system, url, reference: target.url === undefined, defects }
}

async function inspectAll(addresses: Readonly<Record<string, TargetAddress>>): Promise<Record<string, Json>> {
  const entries = Object.entries(addresses).map(async ([name, { statusUrl }]) => [name, await inspect(statusUrl)])
  return Object.fromEntries(await Promise.all(entries)) as Record<string, Json>
}

/** Null where the server does not answer: what it tells the operator is a courtesy, not part of its promise. */
async function inspect(statusUrl: string | undefined): Promise<Json> {
  if (statusUrl === undefined) return null
  try {
    const response = await fetch(new URL('/stats', statusUrl), { signal: AbortSignal.timeout(inspectLimitMs) })
    return response.ok ? ((await response.json()) as Json) : null
  } catch {
    return null
  }
}
