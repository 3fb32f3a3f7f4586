import { describe, expect, it } from 'vitest'
import type { BoundedShare, SelfTestReport, TrialResult } from '../core/self-test.ts'
import { formatSelfTest } from './format-self-test.ts'
import { formatSelfTestSummary } from './format-self-test-summary.ts'
import { formatTrial } from './format-trial.ts'

const share = (hits: number, of: number, low: number, high: number): BoundedShare => ({ hits, of, low, high })
const trial: TrialResult = {
  kind: 'defect',
  system: 'echo',
  defects: ['leak'],
  title: 'leak',
  rate: 1,
  seed: 2,
  durationMs: 100,
  verdict: 'fail',
  missed: [],
  notAllowed: [],
  misblamed: [],
  reasons: [],
  firstMs: 30,
}
const report: SelfTestReport = {
  schema: 'mcsim-self-test/1',
  mcsimVersion: '0.0.0',
  startedAt: '2026-11-21T00:00:00.000Z',
  durationMs: 1500,
  exitCode: 1,
  problems: ['echo with quiet, seed 1: missed own (reports/x)'],
  rows: [
    {
      kind: 'defect',
      system: 'echo',
      title: 'leak',
      rate: 1,
      seeds: 2,
      found: share(2, 2, 0.2236, 1),
      onlyAllowed: 2,
      blamed: share(2, 2, 0.2236, 1),
      medianFirstMs: 30,
      worstFirstMs: 45,
    },
    {
      kind: 'defect',
      system: 'echo',
      title: 'quiet',
      rate: 1,
      seeds: 2,
      found: share(0, 2, 0, 0.7764),
      onlyAllowed: 2,
    },
    {
      kind: 'rate',
      system: 'echo',
      title: 'leak',
      rate: 0.001,
      seeds: 2,
      found: share(0, 2, 0, 0.7764),
      onlyAllowed: 2,
    },
    { kind: 'clean', system: 'echo', title: 'plain', rate: 1, seeds: 2, found: share(0, 2, 0, 0.7764), onlyAllowed: 2 },
  ],
  rates: {
    detection: share(2, 4, 0.0976, 0.9024),
    blame: share(2, 2, 0.2236, 1),
    notAllowed: share(0, 4, 0, 0.5271),
    falseAlarms: share(0, 2, 0, 0.7764),
  },
  trials: [trial, { ...trial, kind: 'clean', title: 'plain', defects: [], verdict: 'pass' }],
}
const plain = (text: string) => text
const paint = { good: plain, bad: plain, doubtful: plain, strong: plain, dim: plain }

describe('what the self-test prints', () => {
  it('has a line for each thing that was tried, the rates with the bounds that matter, and what went wrong', () => {
    expect(
      formatSelfTest(report, paint),
    ).toBe(`FAIL  self-test  1 system, 2 defects, 1 rate of a defect, 1 load on a clean server, 2 runs, 1.50 s

   system  planted          found  at least  only allowed  blame right  found after  at worst
✓  echo    leak               2/2    22.4 %           2/2          2/2        30 ms     45 ms
✗  echo    quiet              0/2       0 %           2/2            –            –         –
✓  echo    leak in 0.10 %     0/2       0 %           2/2            –            –         –
✓  echo    nothing (plain)      –         –           2/2            –            –         –

rate                             runs  with 95 % confidence
defects found                  2 of 4  at least 9.8 %
blame right                    2 of 2  at least 22.4 %
red that must not be           0 of 4  at most 52.7 %
false alarms on clean servers  0 of 2  at most 77.6 %

✗ echo with quiet, seed 1: missed own (reports/x)
`)
  })

  it('says in one line what came of a trial', () => {
    expect(formatTrial(trial, 3, 12)).toBe(' 3/12 echo leak, seed 2: found after 30 ms')
    const wrong = { ...trial, missed: ['own'], notAllowed: ['silent'] }
    expect(formatTrial(wrong, 3, 12)).toBe(' 3/12 echo leak, seed 2: silent must not be red; missed own')
    const { firstMs: _, ...rest } = trial
    expect(formatTrial({ ...rest, kind: 'rate', rate: 0.1, missed: ['own'] }, 3, 12)).toContain(
      'leak at 0.1, seed 2: not found',
    )
    const clean: TrialResult = {
      ...rest,
      kind: 'clean',
      title: 'plain',
      verdict: 'inconclusive',
      reasons: ['nothing came'],
    }
    expect(formatTrial(clean, 3, 12)).toContain('clean, plain, seed 2: inconclusive: nothing came')
  })

  it('has a summary for a README, a line for each system', () => {
    expect(
      formatSelfTestSummary({ ...report, rows: report.rows.filter(({ kind }) => kind !== 'rate') }),
    ).toBe(`| system | defects | found | only allowed | blame right | found after | clean runs | false alarms |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| \`echo\` | 2 | 2 of 4 | 4 of 4 | 2 of 2 | 30 ms | 1 | 0 |

1 runs with a planted defect, 1 without. With 95 % confidence each: defects found at least 9.8 %, blame
right at least 22.4 %, false alarms at most 77.6 %.
`)
  })
})
