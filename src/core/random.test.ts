import { expect, it } from 'vitest'
import { createRandom } from './random.ts'

const take = (random: ReturnType<typeof createRandom>) => Array.from({ length: 20 }, () => random.uint32())

it('the same seed and labels give the same stream', () => {
  expect(take(createRandom(7, 'client', 3))).toEqual(take(createRandom(7, 'client', 3)))
})

it('streams of another seed or label differ', () => {
  const streams = [createRandom(7, 'a'), createRandom(8, 'a'), createRandom(7, 'b'), createRandom(7, 'a', 0)].map((r) =>
    take(r).join(),
  )
  expect(new Set(streams).size).toBe(4)
})

it('integer keeps within its bounds and reaches both', () => {
  const random = createRandom(1)
  const seen = new Set(Array.from({ length: 500 }, () => random.integer(3, 6)))
  expect([...seen].sort()).toEqual([3, 4, 5, 6])
})
