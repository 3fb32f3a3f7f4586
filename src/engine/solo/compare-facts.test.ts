import { expect, it } from 'vitest'
import type { Json } from '../../core/json.ts'
import type { Fact } from '../../core/transcript.ts'
import { compareFacts } from './compare-facts.ts'

const fact = (kind: string, key: string, fields: Record<string, Json>): Fact => ({ kind, key, fields, atMs: 1 })
const compare = (one: readonly Fact[], other: readonly Fact[], tolerance = 0) =>
  compareFacts(one, other, { unordered: ['row'], tolerance }).map(({ isSame, ...pair }) => [
    `${pair.kind} ${pair.field}`,
    isSame,
    pair.one,
    pair.other,
  ])

it('pairs facts of one kind and key field by field, and leaves those that only one run has', () => {
  const one = [fact('book', '1', { bid: 5, ask: 6 }), fact('book', '2', { bid: 7 }), fact('speed', '1', { bid: 5 })]
  expect(compare(one, [fact('book', '1', { bid: 5, ask: 7 }), fact('book', '3', { bid: 9 })])).toEqual([
    ['book bid', true, 5, 5],
    ['book ask', false, 6, 7],
  ])
})

it('pairs facts that come twice in their order', () => {
  const one = [fact('book', '1', { bid: 5 }), fact('book', '1', { bid: 6 })]
  expect(compare(one, [...one].reverse()).map(([, isSame]) => isSame)).toEqual([false, false])
  expect(compare(one, one.slice(0, 1)).map(([, isSame]) => isSame)).toEqual([true])
})

it('compares facts in any order as one whole, and shows only what they have not in common', () => {
  const rows = [1, 2, 2].map((n) => fact('row', 'q', { n }))
  expect(compare(rows, [...rows].reverse()).map(([, isSame]) => isSame)).toEqual([true])
  expect(compare(rows, rows.slice(1)).map(([, isSame]) => isSame)).toEqual([false])
  const other = [fact('row', 'q', { n: 1 }), fact('row', 'q', { n: 2 }), fact('row', 'q', { n: 3 })]
  expect(compare(rows, other)).toEqual([['row all', false, [], [{ n: 3 }]]])
})

it('takes a field that is missing for another, and numbers within the tolerance for the same', () => {
  expect(compare([fact('a', '1', { x: 1 })], [fact('a', '1', {})])).toEqual([['a x', false, 1, null]])
  const [one, other] = [[fact('a', '1', { x: { y: [1000] } })], [fact('a', '1', { x: { y: [1000.000001] } })]]
  expect(compare(one, other)[0]?.[1]).toBe(false)
  expect(compare(one, other, 1e-8)[0]?.[1]).toBe(true)
})
