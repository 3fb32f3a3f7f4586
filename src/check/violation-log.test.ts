import { expect, it } from 'vitest'
import type { Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { countOf, createViolationLog } from './violation-log.ts'

const foreign = (owner: number, atMs: number): Violation => ({
  invariant: 'ownership',
  kind: 'isolation',
  class: 'foreign',
  recipient: 0 as ClientIndex,
  owner: owner as ClientIndex,
  cause: { clients: [owner as ClientIndex], proof: 'marker', message: '' },
  atMs,
  connection: 1,
  message: `from ${owner}`,
})

function logged(violations: readonly Violation[]) {
  const log = createViolationLog(2, 3)
  for (const violation of violations) log.add(violation)
  return log.list()
}

it('the first of each class and owner are kept whole, the rest is counted with its times', () => {
  const kept = logged([foreign(1, 1), foreign(1, 2), foreign(1, 3), foreign(2, 4), foreign(1, 5)])
  expect(kept.map(({ owner, atMs, count, lastAtMs }) => [owner, atMs, count, lastAtMs])).toEqual([
    [1, 1, undefined, undefined],
    [1, 2, undefined, undefined],
    [1, 3, 2, 5],
    [2, 4, undefined, undefined],
  ])
})

it('those of too many owners are counted together, and no owner is named for them', () => {
  const kept = logged([1, 2, 3, 4, 5, 6].map((owner) => foreign(owner, owner)))
  const [others] = kept.slice(3)
  expect(kept).toHaveLength(4)
  expect(others).toMatchObject({ class: 'foreign', atMs: 4, count: 3, lastAtMs: 6 })
  expect(others).not.toHaveProperty('owner')
  expect(others).not.toHaveProperty('cause')
})

it('what is added may itself stand for many', () => {
  const kept = logged([{ ...foreign(1, 1), count: 10 }, foreign(1, 2), { ...foreign(1, 3), count: 5, lastAtMs: 9 }])
  expect(kept.map(countOf)).toEqual([10, 1, 5])
})
