import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ChunkSet } from './chunk-set.ts'

const indexes = fc.array(fc.nat(5000))

it('a chunk set counts each number once, in any order', () => {
  fc.assert(
    fc.property(indexes, (added) => {
      const set = new ChunkSet()
      const seen = new Set<number>()
      for (const index of added) {
        expect(set.add(index)).toBe(!seen.has(index))
        seen.add(index)
      }
      expect(set.size).toBe(seen.size)
      for (let index = 0; index < 100; index++) expect(set.has(index)).toBe(seen.has(index))
    }),
  )
})

it('a chunk set survives a checkpoint', () => {
  fc.assert(
    fc.property(indexes, (added) => {
      const set = new ChunkSet()
      for (const index of added) set.add(index)
      const restored = new ChunkSet(Uint32Array.from(set.words))
      expect(restored.size).toBe(set.size)
      for (const index of added) expect(restored.add(index)).toBe(false)
    }),
  )
})

it('a chunk set tells the first numbers that are missing', () => {
  const set = new ChunkSet()
  for (const index of [0, 2, 3, 7]) set.add(index)
  expect(set.missingBelow(9, 3)).toEqual([1, 4, 5])
})
