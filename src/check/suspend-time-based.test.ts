import { describe, expect, it } from 'vitest'
import type { Invariant, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { concludeOne, mergeConclusions } from './run-checkers.ts'
import { suspendTimeBased } from './suspend-time-based.ts'

const timed: Invariant = { name: 'no-waiting', kind: 'liveness', sentence: '', timeBased: true }
const ordered: Invariant = { name: 'in-order', kind: 'loss', sentence: '' }

const violation = (recipient: number, { name, kind }: Invariant, type: Violation['class'], count = 1): Violation => ({
  invariant: name,
  kind,
  class: type,
  recipient: recipient as ClientIndex,
  atMs: 1,
  connection: 1,
  message: `${type} at ${recipient}`,
  count,
})

const conclude = (client: number, group: string, invariant: Invariant, violations: readonly Violation[]) =>
  concludeOne(
    group,
    invariant,
    { examined: 10, undecidable: 1, violations, ...(invariant.timeBased && { examinedByTime: 8 }) },
    client as ClientIndex,
  )

const groupOf = (client: ClientIndex) => (client < 2 ? 'a' : 'b')

describe('times that are not to be trusted', () => {
  const checks = mergeConclusions([
    conclude(0, 'a', timed, [violation(0, timed, 'late', 3), violation(0, timed, 'lost')]),
    conclude(1, 'a', timed, []),
    conclude(2, 'b', timed, [violation(2, timed, 'late')]),
    conclude(2, 'b', ordered, [violation(2, ordered, 'late')]),
  ])
  const suspended = suspendTimeBased(checks, groupOf)

  it('take violations back that rest on them, and no others', () => {
    expect(suspended.violations.map(({ message, invariant }) => [invariant, message])).toEqual([
      ['no-waiting', 'lost at 0'],
      ['in-order', 'late at 2'],
    ])
  })

  it('leave what was judged by them uncovered, group by group', () => {
    expect(suspended.invariants).toEqual([
      { ...timed, group: 'a', examined: 4, undecidable: 18, violations: 1, firstViolationMs: 1, suspended: 3 },
      { ...ordered, group: 'b', examined: 10, undecidable: 1, violations: 1, firstViolationMs: 1 },
      { ...timed, group: 'b', examined: 2, undecidable: 9, violations: 0, suspended: 1 },
    ])
  })

  it('change nothing where nothing is judged by time', () => {
    const untimed = conclude(2, 'b', ordered, [violation(2, ordered, 'late')])
    expect(suspendTimeBased(untimed, groupOf)).toBe(untimed)
  })
})
