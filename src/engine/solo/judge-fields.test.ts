import { expect, it } from 'vitest'
import type { ValuePair } from './compare-facts.ts'
import { judgeFields } from './judge-fields.ts'

function pairs(field: string, same: number, different = 0): ValuePair[] {
  const make = (isSame: boolean): ValuePair => ({ kind: 'k', field, one: 1, other: isSame ? 1 : 2, isSame, atMs: 0 })
  return [...Array(same).fill(make(true)), ...Array(different).fill(make(false))]
}
const judge = (control: ValuePair[], tested: ValuePair[]) => judgeFields(control, tested).map(({ verdict }) => verdict)

it('calls what is the same everywhere the same, and what differs only elsewhere different', () => {
  expect(judge(pairs('x', 20), pairs('x', 20))).toEqual(['same'])
  expect(judge(pairs('x', 20), pairs('x', 5, 15))).toEqual(['different'])
})

it('masks a field that differs under the same conditions, however rarely, and one that was never compared there', () => {
  expect(judge(pairs('x', 20, 1), pairs('x', 0, 20))).toEqual(['masked'])
  expect(judge(pairs('y', 20), pairs('x', 0, 20))).toEqual(['masked'])
})

it('doubts differences that are too few to say that the control has none by chance', () => {
  expect(judge(pairs('x', 200), pairs('x', 199, 1))).toEqual(['doubtful'])
  expect(judge(pairs('x', 3), pairs('x', 0, 3))).toEqual(['doubtful'])
  expect(judge(pairs('x', 5), pairs('x', 0, 5))).toEqual(['different'])
})
