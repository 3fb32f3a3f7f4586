import { describe, expect, it } from 'vitest'
import { McsimError } from '../../core/errors.ts'
import type { InvariantReport, RunReport } from '../../core/report.ts'
import type { TrialResult } from '../../core/self-test.ts'
import type { PlannedTrial } from './plan-trials.ts'
import { runTrials } from './run-trials.ts'
import { summarizeTrials } from './summarize-trials.ts'

const leak = { name: 'leak', sentence: '', mustRed: ['own'], mayRed: ['exact'] }
const planned = (more: Partial<PlannedTrial>): PlannedTrial => ({
  kind: 'defect',
  system: 'echo',
  defects: more.kind === 'clean' ? [] : [leak],
  title: more.kind === 'clean' ? 'plain' : 'leak',
  rate: 1,
  seed: 1,
  document: {},
  active: ['group'],
  ...more,
})

/** The report of a run in which these invariants turned red after 30 ms. */
function report(...red: readonly string[]): RunReport {
  const invariants = red.map((name): InvariantReport => {
    const counts = { examined: 1, undecidable: 0, violations: 1, firstViolationMs: 30 }
    return { group: 'group', name, kind: 'isolation', sentence: '', ...counts }
  })
  const verdict = red.length > 0 ? 'fail' : 'pass'
  const reasons = red.map((name) => `${name} was violated`)
  return { invariants, findings: [], groups: [], verdict, reasons, durationMs: 100 } as unknown as RunReport
}

/** Tries each with the report of its turn; an error where there is none. */
async function tryAll(trials: readonly PlannedTrial[], reports: readonly (RunReport | undefined)[], runners = 1) {
  const discarded: string[] = []
  const stopping = new AbortController()
  let atOnce = 0
  let most = 0
  const runner = {
    folderOf: ({ title, seed }: PlannedTrial) => `${title}-${seed}`,
    async run(trial: PlannedTrial) {
      most = Math.max(most, ++atOnce)
      await new Promise(setImmediate)
      atOnce--
      const told = reports[trials.indexOf(trial)]
      if (!told) throw new McsimError({ code: 'target-did-not-start', message: 'It did not start.' })
      return told
    },
    discard: async (folder: string) => void discarded.push(folder),
  }
  const seen: TrialResult[] = []
  const onResult = (result: TrialResult) => {
    seen.push(result)
    if (result.title === 'stop') stopping.abort()
  }
  const control = { runners: Array<typeof runner>(runners).fill(runner), signal: stopping.signal, onResult }
  const results = await runTrials(trials, control)
  return { results, seen, discarded, most, summary: summarizeTrials(results) }
}

const seeds = (count: number) => Array.from({ length: count }, (_, index) => planned({ seed: index + 1 }))

describe('the trials of a self-test', () => {
  it('run as many at once as there are runners, and come in the order of the plan', async () => {
    const { results, seen, most } = await tryAll(seeds(5), Array(5).fill(report('own')), 2)
    expect(results.map(({ seed }) => seed)).toEqual([1, 2, 3, 4, 5])
    expect(seen).toHaveLength(5)
    expect(most).toBe(2)
  })

  it('leave nothing behind where all went as it must, and their folder where not', async () => {
    const { results, discarded } = await tryAll(seeds(2), [report('own'), report('exact')])
    expect(discarded).toEqual(['leak-1'])
    expect(results.map(({ folder }) => folder)).toEqual([undefined, 'leak-2'])
  })

  it('end early where they are stopped', async () => {
    const trials = [planned({ title: 'stop' }), ...seeds(3)]
    const { results } = await tryAll(trials, Array(4).fill(report('own')))
    expect(results).toHaveLength(1)
  })
})

describe('what all trials together say', () => {
  const pass = { hits: 2, of: 2 }

  it('is well where every defect was found and every clean server faultless', async () => {
    const trials = [...seeds(2), planned({ kind: 'clean' })]
    const { summary } = await tryAll(trials, [report('own'), report('own', 'exact'), report()])
    expect(summary).toMatchObject({ exitCode: 0, problems: [] })
    expect(summary.rates).toMatchObject({
      detection: pass,
      notAllowed: { hits: 0, of: 2 },
      falseAlarms: { hits: 0, of: 1 },
    })
    expect(summary.rates.blame).toMatchObject({ of: 0, low: 0, high: 1 })
    expect(summary.rows).toMatchObject([
      { title: 'leak', seeds: 2, found: pass, onlyAllowed: 2, medianFirstMs: 30, worstFirstMs: 30 },
      { title: 'plain', kind: 'clean', seeds: 1 },
    ])
  })

  it('is a failure where a defect was missed, more is red than may be, or a clean server is found faulty', async () => {
    const missed = await tryAll(seeds(1), [report('exact')])
    expect(missed.summary).toMatchObject({ exitCode: 1, rates: { detection: { hits: 0 } } })
    expect(missed.summary.problems).toEqual([
      'echo with leak, seed 1: missed own; the run said: exact was violated (leak-1)',
    ])
    const toomuch = await tryAll(seeds(1), [report('own', 'other')])
    expect(toomuch.summary).toMatchObject({ exitCode: 1, rates: { notAllowed: { hits: 1 } } })
    const alarm = await tryAll([planned({ kind: 'clean' })], [report('own')])
    expect(alarm.summary).toMatchObject({ exitCode: 1, rates: { falseAlarms: { hits: 1, of: 1 } } })
  })

  it('is no proof where a run of a clean server told nothing, or nothing ran at all', async () => {
    const silent = await tryAll([planned({ kind: 'clean' })], [undefined])
    expect(silent.summary).toMatchObject({ exitCode: 5, rates: { falseAlarms: { hits: 0, of: 1 } } })
    expect(silent.summary.problems[0]).toContain('the run said: It did not start.')
    expect(summarizeTrials([]).exitCode).toBe(5)
    const planted = await tryAll(seeds(1), [undefined])
    expect(planted.summary).toMatchObject({ exitCode: 1, rates: { detection: { hits: 0 } } })
  })

  it('counts what acts now and then as found or not, which is no failure', async () => {
    const trials = seeds(4).map((trial): PlannedTrial => ({ ...trial, kind: 'rate', rate: 0.1 }))
    const { summary } = await tryAll(trials, [report(), report('own'), report(), report()])
    expect(summary).toMatchObject({ exitCode: 0, rows: [{ rate: 0.1, found: { hits: 1, of: 4 } }] })
  })
})
