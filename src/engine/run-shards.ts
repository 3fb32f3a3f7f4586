import { join } from 'node:path'
import type { Plan } from '../core/plan.ts'
import type { System, TargetAddress } from '../core/system.ts'
import { runInProcess, runInThreads, type ShardsControl } from './run-in-threads.ts'
import type { ShardJob, ShardResult } from './run-shard.ts'

export interface ShardsOptions {
  readonly systems: readonly System[]
  readonly outDir: string
  readonly threads: number
  readonly workerEntry: URL
}

/** Divides the plan's clients over the threads and runs them all; one result per thread, in order. */
export async function runShards(
  plan: Plan,
  targets: Readonly<Record<string, TargetAddress>>,
  options: ShardsOptions,
  control: ShardsControl,
): Promise<readonly ShardResult[]> {
  const count = Math.max(1, options.threads)
  const jobs = Array.from(
    { length: count },
    (_, index): ShardJob => ({
      runId: plan.runId,
      scenario: plan.scenario,
      shard: { index, count },
      targets,
      historyFile: join(options.outDir, `history-${index}.bin`),
    }),
  )
  if (options.threads > 0) return runInThreads(jobs, options.workerEntry, control)
  return Promise.all(jobs.map((job) => runInProcess(job, options.systems, control)))
}
