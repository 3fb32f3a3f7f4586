import { parentPort } from 'node:worker_threads'
import { McsimError, type McsimErrorDetails } from '../core/errors.ts'
import type { RunReport } from '../core/report.ts'
import { loadSystems } from '../systems/index.ts'
import { runTrial, type TrialJob } from './run-trial.ts'

/** What is posted back of a job. */
export type TrialAnswer = { readonly report: RunReport } | { readonly failure: McsimErrorDetails }

// The entry of a thread that runs trials of the self-test one after the other, for as long as it is given some.
if (!parentPort) throw new Error('trial-worker.ts is the entry of a worker thread')
const port = parentPort
const systems = await loadSystems()
port.on('message', async (job: TrialJob) => {
  port.postMessage(await answer(job))
})

async function answer(job: TrialJob): Promise<TrialAnswer> {
  try {
    return { report: await runTrial(job, systems) }
  } catch (error) {
    if (!(error instanceof McsimError)) throw error
    const { code, message } = error
    return { failure: { code, message } }
  }
}
