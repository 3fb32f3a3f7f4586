import type { InvariantReport, TargetReport } from '../core/report.ts'
import type { System } from '../core/system.ts'

/** A sentence for each planted defect that broke nothing of what it is for: this load did not provoke it. */
export function describeIdleDefects(
  targets: readonly TargetReport[],
  invariants: readonly InvariantReport[],
  systems: readonly System[],
): string[] {
  const broken = new Set(invariants.filter(({ violations }) => violations > 0).map(({ name }) => name))
  return targets.flatMap(({ name, system, defect }) => {
    const planted = systems.find((candidate) => candidate.name === system)?.defects.find((each) => each.name === defect)
    if (!planted || planted.mustRed.some((invariant) => broken.has(invariant))) return []
    const provoked = planted.provoke ? `; it shows under ${JSON.stringify(planted.provoke)}` : ''
    return [`the defect "${planted.name}" of ${name} broke none of ${planted.mustRed.join(', ')}${provoked}`]
  })
}
