import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundShare } from './bound-share.ts'

describe('the bounds of a share', () => {
  it('follow the rule of three where nothing or everything hit', () => {
    for (const n of [1, 20, 59, 299]) {
      expect(boundShare(0, n)).toMatchObject({ low: 0, high: expect.closeTo(1 - 0.05 ** (1 / n), 12) })
      expect(boundShare(n, n)).toMatchObject({ low: expect.closeTo(0.05 ** (1 / n), 12), high: 1 })
    }
  })

  it('are those that others compute', () => {
    // Sums of binomial coefficients in Python's whole numbers, for 7 of 10 and 1 of 100.
    expect(boundShare(7, 10)).toMatchObject({ low: expect.closeTo(0.3934, 4), high: expect.closeTo(0.9127, 4) })
    expect(boundShare(1, 100)).toMatchObject({ low: expect.closeTo(0.000513, 6), high: expect.closeTo(0.0466, 4) })
  })

  it('are all of it where nothing was tried', () => {
    expect(boundShare(0, 0)).toMatchObject({ low: 0, high: 1 })
  })

  it('hold what was seen between them, and come closer with more trials', () => {
    const counts = fc
      .integer({ min: 1, max: 500 })
      .chain((of) => fc.tuple(fc.integer({ min: 0, max: of }), fc.constant(of)))
    fc.assert(
      fc.property(counts, ([hits, of]) => {
        const { low, high } = boundShare(hits, of)
        const twice = boundShare(2 * hits, 2 * of)
        return low <= hits / of && hits / of <= high && twice.high - twice.low < high - low
      }),
    )
  })
})
