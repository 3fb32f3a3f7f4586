import type { InvariantReport, TargetReport } from '../core/report.ts'
import type { System } from '../core/system.ts'

/** A sentence for each planted defect that broke nothing of what it is for: this load did not provoke it. */
export function describeIdleDefects(
  targets: readonly TargetReport[],
  invariants: readonly InvariantReport[],
  systems: readonly System[],
): string[] {
  const broken = new Set(invariants.filter(({ violations }) => violations > 0).map(({ name }) => name))
  return targets.flatMap(({ name, system, defects }) => {
    const known = systems.find((candidate) => candidate.name === system)?.defects ?? []
    const idle = known.filter(
      (defect) => defects.includes(defect.name) && !defect.mustRed.some((one) => broken.has(one)),
    )
    return idle.map((defect) => {
      const provoked = defect.provoke ? `; it shows under ${JSON.stringify(defect.provoke)}` : ''
      return `the defect "${defect.name}" of ${name} broke none of ${defect.mustRed.join(', ')}${provoked}`
    })
  })
}
