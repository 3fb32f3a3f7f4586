import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addLive, createLiveHistogram, listOctaves, liveQuantileMs, recordLive } from './live-histogram.ts'

const recorded = (...values: number[]) => {
  const histogram = createLiveHistogram()
  for (const value of values) recordLive(histogram, value)
  return histogram
}

it('without values there is no quantile', () => expect(liveQuantileMs(recorded(), 0.5)).toBeUndefined())

it('any single value up to 71 minutes is told within 7 % and a microsecond', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 4_290_000, noNaN: true }), (ms) => {
      const told = liveQuantileMs(recorded(ms), 0.99) as number
      expect(told).toBeGreaterThanOrEqual(ms - 0.001)
      expect(told).toBeLessThanOrEqual(ms * 1.07 + 0.001)
    }),
  )
})

it('the longest and negative times are counted at the ends', () => {
  expect(liveQuantileMs(recorded(1e12), 1)).toBeCloseTo(2 ** 32 / 1000, 2)
  expect(liveQuantileMs(recorded(-1), 1)).toBe(0)
})

it('quantiles count values, also over added parts', () => {
  const sum = addLive([recorded(1, 2, 3), recorded(100)])
  expect(liveQuantileMs(sum, 0.5)).toBeCloseTo(2, 0)
  expect(liveQuantileMs(sum, 0.75)).toBeCloseTo(3, 0)
  expect(liveQuantileMs(sum, 0.76)).toBeGreaterThan(99)
})

it('tells how many values there are in each octave, without empty ones at either end', () => {
  expect(listOctaves(recorded())).toEqual([])
  expect(listOctaves(recorded(0.02, 0.03, 0.1))).toEqual([
    { upToMs: 0.032, count: 2 },
    { upToMs: 0.064, count: 0 },
    { upToMs: 0.128, count: 1 },
  ])
})
