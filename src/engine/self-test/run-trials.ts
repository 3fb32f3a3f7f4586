import { McsimError } from '../../core/errors.ts'
import type { RunReport } from '../../core/report.ts'
import type { TrialResult } from '../../core/self-test.ts'
import { judgeTrial } from './judge-trial.ts'
import type { PlannedTrial } from './plan-trials.ts'

export interface TrialRunner {
  /** Where scenario, report and history of this trial lie. */
  folderOf(trial: PlannedTrial): string
  /** Runs the scenario with its seed in that folder. */
  run(trial: PlannedTrial, folder: string): Promise<RunReport>
  /** The folder of a trial that went as it must is of no more use. */
  discard(folder: string): Promise<void>
}

export interface TrialControl {
  /** As many trials at once, each by one of these. */
  readonly runners: readonly TrialRunner[]
  /** Aborted: no further trial begins. */
  readonly signal: AbortSignal
  onResult(result: TrialResult, done: number): void
}

/** Makes all runs, several at a time, and judges each. In the order of the plan; shorter where it was stopped. */
export async function runTrials(
  trials: readonly PlannedTrial[],
  { runners, signal, onResult }: TrialControl,
): Promise<TrialResult[]> {
  const results: TrialResult[] = []
  let next = 0
  let done = 0
  const work = async (runner: TrialRunner) => {
    while (next < trials.length && !signal.aborted) {
      const index = next++
      const result = await runTrial(trials[index] as PlannedTrial, runner)
      results[index] = result
      onResult(result, ++done)
    }
  }
  await Promise.all(runners.map(work))
  return results.filter((result) => result !== undefined)
}

async function runTrial(trial: PlannedTrial, runner: TrialRunner): Promise<TrialResult> {
  const { kind, system, title, rate, seed } = trial
  const about = { kind, system, title, rate, seed, defects: trial.defects.map(({ name }) => name) }
  const folder = runner.folderOf(trial)
  try {
    const report = await runner.run(trial, folder)
    const judgement = judgeTrial(trial, report)
    const { durationMs, verdict, reasons } = report
    const result = { ...about, durationMs, verdict, reasons, ...judgement }
    if (!isAsItMust(result)) return { ...result, folder }
    await runner.discard(folder)
    return result
  } catch (error) {
    // A server that did not start or a port that was taken is told beside the other trials. All else is a bug.
    if (!(error instanceof McsimError)) throw error
    const missed = trial.defects.flatMap(({ mustRed }) => mustRed)
    const nothing = { missed, notAllowed: [], misblamed: [] }
    return { ...about, ...nothing, durationMs: 0, verdict: 'inconclusive', reasons: [error.message], folder }
  }
}

/** Nothing is missed, nobody is wrongly accused, and of a clean server the run has nothing at all to say. */
export function isAsItMust({ kind, missed, notAllowed, misblamed, verdict, reasons }: TrialResult): boolean {
  if (notAllowed.length > 0 || misblamed.length > 0) return false
  if (kind === 'clean') return verdict === 'pass' && reasons.length === 0
  // A defect that acts now and then may not act at all.
  return missed.length === 0 || kind === 'rate'
}
