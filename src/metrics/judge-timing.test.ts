import { describe, expect, it } from 'vitest'
import { judgeTiming } from './judge-timing.ts'

const idle = { cpuShare: 0.1, loopDelayP99Ms: 1, latenessP50Ms: 0.5, latenessP99Ms: 1, peakRssBytes: 1 }

const open = { durationMs: 60_000, hasOpenModel: true }

describe('timing', () => {
  it('is trusted when the generator kept up', () =>
    expect(judgeTiming(idle, open)).toEqual({ trusted: true, reasons: [] }))

  it.each([
    [{ cpuShare: 0.95 }, 'busy 95 %'],
    [{ latenessP99Ms: 6 }, '6.0 ms late'],
    [{ loopDelayP99Ms: 30 }, 'held up for 30 ms'],
  ])('is not trusted with %o, and the reason is told', (change, reason) => {
    const timing = judgeTiming({ ...idle, ...change }, open)
    expect([timing.trusted, timing.reasons.length]).toEqual([false, 1])
    expect(timing.reasons[0]).toContain(reason)
  })

  it('of closed models does not hang on when clients arrived', () =>
    expect(judgeTiming({ ...idle, latenessP99Ms: 60 }, { ...open, hasOpenModel: false }).trusted).toBe(true))

  it('of a short run minds no busy start, but a loop that stands still', () => {
    const run = { durationMs: 1000, hasOpenModel: true }
    expect(judgeTiming({ ...idle, cpuShare: 0.99, loopDelayP99Ms: 60 }, run).trusted).toBe(true)
    expect(judgeTiming({ ...idle, loopDelayP99Ms: 200 }, run).trusted).toBe(false)
  })
})
