import { Worker } from 'node:worker_threads'
import { type AnalysisResult, type AnalysisTask, analyseFile } from './analyse-file.ts'

/** Analyses files away from the event loop, which others need. */
export interface AnalysisPool {
  analyse(task: AnalysisTask): Promise<AnalysisResult>
  close(): Promise<void>
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, (result: AnalysisResult) => void>
}

/** Without threads the work is done where it is asked for. */
export function createAnalysisPool(threadCount: number): AnalysisPool {
  const threads = Array.from({ length: threadCount }, startThread)
  let asked = 0
  return {
    async analyse(task) {
      const thread = threads[asked % Math.max(1, threads.length)]
      const id = ++asked
      if (!thread) return analyseFile(task)
      return new Promise((resolve) => {
        thread.waiting.set(id, resolve)
        thread.worker.postMessage({ id, task })
      })
    },
    close: async () => void (await Promise.all(threads.map(({ worker }) => worker.terminate()))),
  }
}

function startThread(): Thread {
  const worker = new Worker(new URL('./analysis-worker.js', import.meta.url))
  const waiting: Thread['waiting'] = new Map()
  worker.on('message', ({ id, result }: { id: number; result: AnalysisResult }) => {
    waiting.get(id)?.(result)
    waiting.delete(id)
  })
  worker.unref()
  return { worker, waiting }
}
