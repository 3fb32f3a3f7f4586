import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { McsimError } from '../core/errors.ts'
import type { RunReport } from '../core/report.ts'
import type { TrialJob } from './run-trial.ts'
import type { TrialAnswer } from './trial-worker.ts'

export type RunTrial = (job: TrialJob) => Promise<RunReport>

export interface TrialThreads {
  /** Each runs one trial at a time, in a thread of its own. */
  readonly runners: readonly RunTrial[]
  close(): Promise<void>
}

/**
 * Threads that trials run in, each for as many as it gets: a thread or a process for each would take longer to start than
 * the trial takes, and trials in one thread would hold each other up.
 */
export function openTrialThreads(count: number): TrialThreads {
  const workers = Array.from({ length: count }, () => new Worker(new URL('./trial-worker.js', import.meta.url)))
  return {
    runners: workers.map((worker) => async (job) => {
      worker.postMessage(job)
      // Rejects with what the thread threw.
      const [answer] = (await once(worker, 'message')) as [TrialAnswer]
      if ('report' in answer) return answer.report
      throw new McsimError(answer.failure)
    }),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}
