import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHistogram, mergeHistograms } from './histogram.ts'

const durations = fc.array(fc.double({ min: 0, max: 4_000_000, noNaN: true }), { maxLength: 200 })

function recorded(values: readonly number[]) {
  const histogram = createHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}

describe('a histogram', () => {
  it('tells percentiles of known values to three digits', () => {
    const { n, p50, p90, p99, max } = recorded(Array.from({ length: 1000 }, (_, i) => i + 1)).percentiles()
    expect([n, max]).toEqual([1000, 1000])
    for (const [got, expected] of [
      [p50, 500],
      [p90, 900],
      [p99, 990],
    ] as const) {
      expect(Math.abs(got - expected) / expected).toBeLessThan(0.001)
    }
  })

  it('of nothing says zero of zero', () => expect(recorded([]).percentiles()).toMatchObject({ n: 0, p99: 0, max: 0 }))

  it('never tells a percentile above the maximum or below a lower percentile', () => {
    fc.assert(
      fc.property(durations, (values) => {
        const { p50, p90, p95, p99, p999, p9999, max } = recorded(values).percentiles()
        const inOrder = [p50, p90, p95, p99, p999, p9999, max]
        expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b))
        expect(max).toBeCloseTo(Math.max(0, ...values), 2)
      }),
    )
  })

  it('counts what is too long instead of failing, and keeps the true maximum', () => {
    expect(recorded([1, 3_600_001, 7_200_000]).percentiles()).toMatchObject({ n: 3, overflow: 2, max: 7_200_000 })
  })

  it('says from where on values are lower bounds', () => {
    const histogram = recorded([1, 2])
    expect(histogram.percentiles()).not.toHaveProperty('lowerBoundFromMs')
    histogram.recordCensored(5000)
    histogram.recordCensored(6000)
    expect(histogram.percentiles()).toMatchObject({ n: 4, max: 6000, lowerBoundFromMs: 5000 })
  })

  it('of parts merges to that of the whole, also through JSON', () => {
    fc.assert(
      fc.property(durations, durations, fc.integer({ min: 1, max: 9000 }), (a, b, censored) => {
        const whole = recorded([...a, ...b])
        whole.recordCensored(censored)
        const part = recorded(a)
        part.recordCensored(censored)
        const parts = JSON.parse(JSON.stringify([part.state(), recorded(b).state()]))
        expect(mergeHistograms(parts)).toEqual(whole.state())
        expect(createHistogram(parts).percentiles()).toEqual(whole.percentiles())
      }),
      { numRuns: 50 },
    )
  })
})
