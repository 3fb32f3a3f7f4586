import { commonInvariants } from '../core/common-invariants.ts'
import { coverageMeasures } from '../core/coverage.ts'
import type { Coverage, Group } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import type { ReportProblem } from './report-problem.ts'

/** A floor under something that no run counts would make every run inconclusive; one that is misspelt, too. */
export function checkFloors(
  floors: Coverage,
  groups: readonly Group[],
  systems: readonly System[],
  report: ReportProblem,
): void {
  const own = systems.filter(({ name }) => groups.some(({ system }) => system === name))
  const invariants = [...commonInvariants, ...own.flatMap((system) => system.invariants)].map(({ name }) => name)
  const accepted = [...Object.keys(coverageMeasures), ...new Set(invariants)]
  for (const unknownKey of Object.keys(floors)) {
    if (accepted.includes(unknownKey)) continue
    report({ path: ['floors'], message: `nothing counts "${unknownKey}"`, unknownKey, accepted })
  }
}
