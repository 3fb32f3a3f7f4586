import { describe, expect, it } from 'vitest'
import { judgeTiming } from './judge-timing.ts'

const idle = { cpuShare: 0.1, loopDelayP99Ms: 1, latenessP50Ms: 0.5, latenessP99Ms: 1, peakRssBytes: 1 }

describe('timing', () => {
  it('is trusted when the generator kept up', () =>
    expect(judgeTiming(idle, true)).toEqual({ trusted: true, reasons: [] }))

  it.each([
    [{ cpuShare: 0.95 }, 'busy 95 %'],
    [{ latenessP99Ms: 6 }, '6.0 ms late'],
    [{ loopDelayP99Ms: 30 }, 'held up for 30 ms'],
  ])('is not trusted with %o, and the reason is told', (change, reason) => {
    const timing = judgeTiming({ ...idle, ...change }, true)
    expect([timing.trusted, timing.reasons.length]).toEqual([false, 1])
    expect(timing.reasons[0]).toContain(reason)
  })

  it('of closed models does not hang on when clients arrived', () =>
    expect(judgeTiming({ ...idle, latenessP99Ms: 60 }, false).trusted).toBe(true))
})
