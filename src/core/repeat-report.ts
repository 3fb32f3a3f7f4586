import type { Verdict } from './check.ts'
import type { ExitCode } from './exit-codes.ts'

export const repeatSchema = 'mcsim-repeat/1'

/** What came of one scenario that was run several times with different seeds: what `repeat.json` holds. */
export interface RepeatReport {
  readonly schema: typeof repeatSchema
  readonly mcsimVersion: string
  readonly scenario: string
  /** How many runs were asked for; there are fewer in `runs` where they were stopped. */
  readonly asked: number
  readonly green: number
  readonly red: number
  readonly inconclusive: number
  /** The gravest of all runs. */
  readonly exitCode: ExitCode
  readonly inference: Inference
  readonly runs: readonly RepeatedRun[]
}

export interface RepeatedRun {
  readonly runId: string
  readonly seed: number
  /** Name of the run's folder, within that of all. */
  readonly folder: string
  readonly verdict: Verdict
  readonly exitCode: ExitCode
  readonly findings: number
  readonly reasons: readonly string[]
}

/**
 * What all green runs together say. `leakBelow` is the bound of the chance, at 95 % confidence, that such a run shows a
 * leak that mcsim can see; absent where nothing can be inferred, and `sentence` says why.
 */
export interface Inference {
  readonly leakBelow?: number
  readonly sentence: string
}
