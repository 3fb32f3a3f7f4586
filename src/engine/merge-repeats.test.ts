import { describe, expect, it } from 'vitest'
import type { RepeatedRun } from '../core/repeat-report.ts'
import { deriveSeeds, mergeRepeats } from './merge-repeats.ts'

const green: RepeatedRun = {
  runId: 'r',
  seed: 1,
  folder: 'run-001',
  verdict: 'pass',
  exitCode: 0,
  findings: 0,
  reasons: [],
}
const red: RepeatedRun = { ...green, verdict: 'fail', exitCode: 1, findings: 1 }
const inconclusive: RepeatedRun = { ...green, verdict: 'inconclusive', exitCode: 5 }

const merge = (runs: readonly RepeatedRun[], rest: { asked?: number; staleTargets?: readonly string[] } = {}) =>
  mergeRepeats({ mcsimVersion: '1', scenario: 's', asked: runs.length, staleTargets: [], runs, ...rest })
const greens = (count: number) => Array.from({ length: count }, () => green)

describe('repeated runs', () => {
  it('have the seed of the scenario and others that depend on it alone', () => {
    expect(deriveSeeds(7, 1)).toEqual([7])
    const seeds = deriveSeeds(7, 300)
    expect(seeds.slice(0, 20)).toEqual(deriveSeeds(7, 20))
    expect(new Set(seeds).size).toBe(300)
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true)
    expect(deriveSeeds(8, 2)[1]).not.toBe(seeds[1])
  })

  it('are counted by verdict, and the gravest exit code is that of all', () => {
    expect(merge([green, inconclusive, red, green])).toMatchObject({ green: 2, red: 1, inconclusive: 1, exitCode: 1 })
    expect(merge([green, inconclusive]).exitCode).toBe(5)
    expect(merge([{ ...green, exitCode: 4 }, inconclusive]).exitCode).toBe(4)
    expect(merge(greens(2))).toMatchObject({ green: 2, exitCode: 0 })
  })

  it.each([
    [20, '14 %'],
    [59, '5.0 %'],
    [299, '1.0 %'],
  ])('that are all green, %i of them, bound the chance of a leak by %s', (count, percent) => {
    const { leakBelow, sentence } = merge(greens(count)).inference
    expect((1 - (leakBelow as number)) ** count).toBeCloseTo(0.05)
    expect(sentence).toContain(`below ${percent}`)
    expect(sentence).toContain('for these loads and timings only')
  })

  it('say nothing of the chance otherwise, and why', () => {
    const why = (runs: readonly RepeatedRun[], rest = {}) => {
      const { inference } = merge(runs, rest)
      expect(inference).not.toHaveProperty('leakBelow')
      return inference.sentence
    }
    expect(why(greens(1))).toContain('one run says nothing')
    expect(why([green, inconclusive])).toContain('not all runs are green')
    expect(why(greens(3), { asked: 5 })).toContain('only 3 of 5 runs were made')
    expect(why(greens(20), { staleTargets: ['mine'] })).toContain('nobody said that mine was')
  })

  it('that were stopped before all were made are inconclusive', () => {
    expect(merge(greens(3), { asked: 5 }).exitCode).toBe(5)
  })
})
