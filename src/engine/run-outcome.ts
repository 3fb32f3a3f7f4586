import type { Plan } from '../core/plan.ts'
import type { RunFile } from './run-file.ts'
import type { ShardResult } from './shard-result.ts'

/** All that a run is judged by. Nothing here that is not in the run's folder: `mcsim check` reads it again from there. */
export interface RunOutcome {
  readonly run: RunFile
  readonly plan: Plan
  readonly results: readonly ShardResult[]
}
