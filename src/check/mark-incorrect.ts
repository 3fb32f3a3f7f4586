import type { Violation } from '../core/check.ts'
import type { ConcludedChecks } from './run-checkers.ts'

/**
 * Of invariants that a client alone violates as well, violations are the server's being wrong, and no leak; nobody else is
 * their cause. Data that are known as another's by their markers are a leak all the same.
 */
export function markIncorrect(checks: ConcludedChecks, invariants: readonly string[]): ConcludedChecks {
  if (invariants.length === 0) return checks
  const isConcerned = (violation: Violation) =>
    violation.kind === 'isolation' &&
    invariants.includes(violation.invariant) &&
    violation.class !== 'orphan' &&
    violation.cause?.proof !== 'marker'
  return { ...checks, violations: checks.violations.map((one) => (isConcerned(one) ? asIncorrect(one) : one)) }
}

function asIncorrect({ cause: _nobody, owner: _noLeak, ...violation }: Violation): Violation {
  return { ...violation, kind: 'correctness' }
}
