import { expect, it } from 'vitest'
import type { Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { markIncorrect } from './mark-incorrect.ts'
import { mergeConclusions } from './run-checkers.ts'

const other = 2 as ClientIndex
const violation: Violation = {
  invariant: 'numbers-own',
  kind: 'isolation',
  class: 'wrong',
  recipient: 1 as ClientIndex,
  owner: other,
  cause: { clients: [other], proof: 'suspected', message: 'it was there' },
  atMs: 5,
  connection: 1,
  message: 'received 3',
}
const judge = (one: Violation, invariants = ['numbers-own']) =>
  markIncorrect({ ...mergeConclusions([]), violations: [one] }, invariants).violations[0]

it('makes what a client alone gets wrong as well an error, for which nobody else is to blame', () => {
  const { owner: _, cause: __, ...rest } = violation
  expect(judge(violation)).toEqual({ ...rest, kind: 'correctness' })
})

it('leaves what is wrong in company only, and what carries markers or comes from an earlier run', () => {
  const marked: Violation = { ...violation, cause: { clients: [other], proof: 'marker', message: 'a marker' } }
  expect(judge(violation, ['others'])).toEqual(violation)
  expect(judge(marked)).toEqual(marked)
  expect(judge({ ...violation, class: 'orphan' })).toMatchObject({ kind: 'isolation' })
})
