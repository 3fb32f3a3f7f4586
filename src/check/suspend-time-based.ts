import type { Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { type ConcludedChecks, firstOf } from './run-checkers.ts'
import { countOf } from './violation-log.ts'

/**
 * Takes out what rests on times that are not to be trusted. What was examined by them counts as undecidable, so that the
 * report does not claim to have covered it. Violations by marker, by order or by a server's own word stay.
 */
export function suspendTimeBased(checks: ConcludedChecks, groupOf: (client: ClientIndex) => string): ConcludedChecks {
  const timed = new Set(checks.invariants.filter(({ timeBased }) => timeBased).map(({ name }) => name))
  if (timed.size === 0) return checks
  const isSuspended = ({ invariant, class: type }: Violation) => type === 'late' && timed.has(invariant)
  const belongs = (group: string, name: string) => (violation: Violation) =>
    violation.invariant === name && violation.recipient !== undefined && groupOf(violation.recipient) === group
  const suspended = checks.violations.filter(isSuspended)
  const violations = checks.violations.filter((violation) => !isSuspended(violation))
  return {
    ...checks,
    violations,
    invariants: checks.invariants.map((tally) => {
      if (!tally.timeBased) return tally
      const { examinedByTime = 0, firstViolationMs: _, ...rest } = tally
      const isOwn = belongs(tally.group, tally.name)
      const count = suspended.filter(isOwn).reduce((sum, violation) => sum + countOf(violation), 0)
      return {
        ...rest,
        examined: tally.examined - examinedByTime,
        undecidable: tally.undecidable + examinedByTime,
        violations: tally.violations - count,
        ...firstOf(violations.filter(isOwn)),
        suspended: count,
      }
    }),
  }
}
