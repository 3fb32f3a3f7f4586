import type { Finding, Violation } from '../core/check.ts'
export function foldConsequences(violations: readonly Violation[]): Finding[] {
  return violations.map((violation) => ({ violation, count: 1, firstMs: violation.atMs, lastMs: violation.atMs, invariants: {[violation.invariant]: 1}, recipients: violation.recipient === undefined ? [] : [violation.recipient], owners: violation.owner === undefined ? [] : [violation.owner], examples: [] }))
}
