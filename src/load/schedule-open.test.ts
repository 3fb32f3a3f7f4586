import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../core/random.ts'
import type { OpenLoad, Stage } from '../core/scenario.ts'
import { scheduleOpen } from './schedule-open.ts'

const openLoad = (stages: readonly Stage[], arrivals: OpenLoad['arrivals'] = 'constant'): OpenLoad => ({
  model: 'open',
  stages,
  arrivals,
  maxAlive: 100,
  iterations: 1,
  thinkTimeMs: 0,
  reconnect: false,
})
const schedule = (load: OpenLoad, startAfterMs = 0, seed = 1) => scheduleOpen(load, createRandom(seed), startAfterMs)

const anyStages = fc.array(
  fc.record({ durationMs: fc.integer({ min: 1, max: 20_000 }), arrivalRate: fc.integer({ min: 0, max: 200 }) }),
  { minLength: 1, maxLength: 4 },
)
const anyModel = fc.constantFrom('constant' as const, 'poisson' as const)

describe('constant arrivals', () => {
  it('come at t0 + i / rate', () => {
    expect(schedule(openLoad([{ durationMs: 1000, arrivalRate: 4 }]), 500)).toEqual([500, 750, 1000, 1250])
  })

  it('carry a fraction of an arrival over into the next stage', () => {
    const stages = [
      { durationMs: 500, arrivalRate: 1 },
      { durationMs: 1000, arrivalRate: 2 },
    ]
    expect(schedule(openLoad(stages))).toEqual([0, 750, 1250])
  })

  it('are as many as the rates promise, to the last bit', () => {
    fc.assert(
      fc.property(anyStages, (stages) => {
        const thousandths = stages.reduce((sum, { durationMs, arrivalRate }) => sum + durationMs * arrivalRate, 0)
        expect(schedule(openLoad(stages))).toHaveLength(Math.ceil(thousandths / 1000))
      }),
    )
    expect(schedule(openLoad(Array(7).fill({ durationMs: 10_000, arrivalRate: 0.1 })))).toHaveLength(7)
  })
})

describe('arrivals of either kind', () => {
  it('are in order and within their stages', () => {
    fc.assert(
      fc.property(anyStages, anyModel, fc.nat(), (stages, arrivals, seed) => {
        const times = schedule(openLoad(stages, arrivals), 100, seed)
        const endMs = 100 + stages.reduce((sum, { durationMs }) => sum + durationMs, 0)
        expect(times.every((time, i) => time >= (times[i - 1] ?? 100) && time <= endMs)).toBe(true)
      }),
    )
  })

  it('never come while the rate is 0', () => {
    const pause = [
      { durationMs: 1000, arrivalRate: 50 },
      { durationMs: 5000, arrivalRate: 0 },
      { durationMs: 1000, arrivalRate: 50 },
    ]
    for (const arrivals of ['constant', 'poisson'] as const) {
      const times = schedule(openLoad(pause, arrivals))
      expect(times.filter((time) => time > 1000 && time < 6000)).toEqual([])
      expect(times.some((time) => time >= 6000)).toBe(true)
    }
  })

  it('are the same for the same seed', () => {
    const load = openLoad([{ durationMs: 5000, arrivalRate: 20 }], 'poisson')
    expect(schedule(load, 0, 3)).toEqual(schedule(load, 0, 3))
    expect(schedule(load, 0, 3)).not.toEqual(schedule(load, 0, 4))
  })
})

describe('Poisson arrivals', () => {
  const load = openLoad([{ durationMs: 100_000, arrivalRate: 100 }], 'poisson')

  it('keep their mean rate within five standard deviations', () => {
    for (let seed = 0; seed < 20; seed++) {
      expect(Math.abs(schedule(load, 0, seed).length - 10_000)).toBeLessThan(5 * 100)
    }
  })

  it('have gaps whose deviation equals their mean, as exponential gaps have', () => {
    const times = schedule(load)
    const gaps = times.slice(1).map((time, i) => time - (times[i] as number))
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    expect(deviation / mean).toBeGreaterThan(0.95)
    expect(deviation / mean).toBeLessThan(1.05)
  })
})
