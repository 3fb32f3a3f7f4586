import { chooseExitCode, exitCodes } from '../core/exit-codes.ts'
import { mix32 } from '../core/hash.ts'
import { type Inference, type RepeatedRun, type RepeatReport, repeatSchema } from '../core/repeat-report.ts'

/** The seeds of repeated runs: the scenario's own first, then such as depend on it alone. */
export function deriveSeeds(seed: number, count: number): readonly number[] {
  const seeds = new Set([seed])
  for (let i = 1; seeds.size < count; i++) seeds.add(mix32(seed ^ mix32(i)))
  return [...seeds].slice(0, count)
}

export interface RepeatedRuns {
  readonly mcsimVersion: string
  readonly scenario: string
  readonly asked: number
  readonly runs: readonly RepeatedRun[]
  /** Targets that nobody is known to have started afresh for each run. */
  readonly staleTargets: readonly string[]
}

/** One summary of several runs. */
export function mergeRepeats({ staleTargets, ...of }: RepeatedRuns): RepeatReport {
  const count = (verdict: RepeatedRun['verdict']) => of.runs.filter((run) => run.verdict === verdict).length
  const codes = of.runs.map(({ exitCode }) => exitCode)
  return {
    schema: repeatSchema,
    ...of,
    green: count('pass'),
    red: count('fail'),
    inconclusive: count('inconclusive'),
    exitCode: chooseExitCode(of.runs.length < of.asked ? [...codes, exitCodes.inconclusive] : codes),
    inference: infer(of.runs, of.asked, staleTargets),
  }
}

/** Of a run that shows a leak with chance p, R are green with chance (1 − p)^R; below this that is called unlikely. */
const unlikely = 0.05

/** ORACLE §7: deliveries of one run are not independent, so only whole runs count, each against a fresh server. */
function infer(runs: readonly RepeatedRun[], asked: number, staleTargets: readonly string[]): Inference {
  const nothing = (why: string): Inference => ({ sentence: `Nothing is inferred: ${why}.` })
  if (runs.some(({ verdict }) => verdict !== 'pass')) return nothing('not all runs are green')
  if (runs.length < asked) return nothing(`only ${runs.length} of ${asked} runs were made`)
  if (staleTargets.length > 0) {
    return nothing(
      `runs are independent only against a freshly started server, and nobody said that ${staleTargets.join(', ')} was (--fresh-target, --restart-command)`,
    )
  }
  if (runs.length === 1) return nothing('one run says nothing of how rare a leak is')
  const leakBelow = 1 - unlikely ** (1 / runs.length)
  const percent = `${(leakBelow * 100).toFixed(leakBelow < 0.1 ? 1 : 0)} %`
  return {
    leakBelow,
    sentence: `All ${runs.length} runs are green: the chance that such a run shows a leak visible to mcsim is below ${percent} (at 95 % confidence), for these loads and timings only.`,
  }
}
