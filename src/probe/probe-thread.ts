import { Worker } from 'node:worker_threads'
import { type Background, type HttpProbe, reportFailure } from '../core/background.ts'
import type { PressureReport } from '../core/report.ts'
import type { FromProbe } from './serve-probe.ts'

/** How long a thread may take to end after it was told to. */
const stopLimitMs = 5000

/** HTTP load in a thread of its own, so that it shares no event loop with anything that is measured. */
export interface ProbeThread extends Background {
  /** Resolves when the load has ended, by itself or because it was stopped. Never rejects. */
  waitUntilEnded(): Promise<PressureReport>
}

/** The entry file calls `serveProbe`; this thread loads nothing of autocannon. */
export function createProbeThread(probe: HttpProbe, entry: URL): ProbeThread {
  let worker: Worker | undefined
  let ended = Promise.resolve(reportFailure(probe, 'it was never started'))
  return {
    start() {
      const thread = new Worker(entry, { workerData: probe })
      worker = thread
      return new Promise((started) => {
        ended = follow(thread, probe, started).finally(() => thread.terminate())
        void ended.then(() => started())
      })
    },
    stop() {
      worker?.postMessage('stop')
      const limit = setTimeout(() => worker?.terminate(), stopLimitMs)
      return ended.finally(() => clearTimeout(limit))
    },
    waitUntilEnded: () => ended,
  }
}

function follow(thread: Worker, probe: HttpProbe, onStarted: () => void): Promise<PressureReport> {
  return new Promise((resolve) => {
    thread.on('message', (message: FromProbe) => {
      if (message.type === 'started') onStarted()
      else resolve(message.report)
    })
    thread.once('error', (error) => resolve(reportFailure(probe, `its thread broke: ${error.message}`)))
    thread.once('exit', (code) => resolve(reportFailure(probe, `its thread ended early with exit code ${code}`)))
  })
}
