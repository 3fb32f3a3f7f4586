import { join } from 'node:path'
import type { RunReport } from '../core/report.ts'
import type { System } from '../core/system.ts'
import { buildReport } from './build-report.ts'
import { planRun } from './plan-run.ts'
import { replayShard } from './replay-shard.ts'
import { historyFileName, type RunFile } from './run-file.ts'
import type { ShardResult } from './shard-result.ts'

/**
 * Judges a run again from the files in its folder alone: the same report, but for a run that was killed, or whose history
 * met its limit, as far as it is told.
 */
export async function checkRun(dir: string, run: RunFile, systems: readonly System[]): Promise<RunReport> {
  const plan = planRun(run.scenario, run.runId)
  const count = run.environment.threads
  const results: ShardResult[] = []
  // One after the other: what a thread concluded takes much less memory than all its clients.
  for (let index = 0; index < count; index++) {
    results.push(await replayShard(join(dir, historyFileName(index)), plan, { index, count }, systems))
  }
  return buildReport({ run, plan, results }, systems)
}
