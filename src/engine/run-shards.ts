import { join } from 'node:path'
import type { DeepScanMode } from '../check/deep-scan/deep-budget.ts'
import type { Plan } from '../core/plan.ts'
import type { System, TargetAddress } from '../core/system.ts'
import { historyFileName } from './run-file.ts'
import { runInProcess, runInThreads, type ShardsControl } from './run-in-threads.ts'
import type { ShardJob } from './run-shard.ts'
import type { ShardResult } from './shard-result.ts'

export interface ShardsOptions {
  readonly systems: readonly System[]
  readonly outDir: string
  readonly threads: number
  readonly workerEntry: URL
  /** Of all history files together; absent: as much as comes. */
  readonly historyLimitBytes?: number | undefined
  /** Whether all bytes are searched for markers in other forms, or above a rate (absent) a sample of them. */
  readonly deepScan?: DeepScanMode | undefined
}

/** Without threads the main thread carries the load, as one shard. */
export const countShards = ({ threads }: Pick<ShardsOptions, 'threads'>) => Math.max(1, threads)

/** Divides the plan's clients over the threads and runs them all; one result per thread, in order. */
export async function runShards(
  plan: Plan,
  targets: Readonly<Record<string, TargetAddress>>,
  options: ShardsOptions,
  control: ShardsControl,
): Promise<readonly ShardResult[]> {
  const count = countShards(options)
  const jobs = Array.from(
    { length: count },
    (_, index): ShardJob => ({
      runId: plan.runId,
      scenario: plan.scenario,
      shard: { index, count },
      targets,
      deepScan: options.deepScan,
      historyFile: join(options.outDir, historyFileName(index)),
      historyLimitBytes: options.historyLimitBytes && options.historyLimitBytes / count,
    }),
  )
  if (options.threads > 0) return runInThreads(jobs, options.workerEntry, control)
  return Promise.all(jobs.map((job) => runInProcess(job, options.systems, control)))
}
