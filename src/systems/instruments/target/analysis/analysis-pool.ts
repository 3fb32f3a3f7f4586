import { Worker } from 'node:worker_threads'
import type { CvSegment } from '../../wire/previews.ts'
import type { AnalysisResult, AnalysisTask } from './analyse-file.ts'
import { type Problem, runTask, type SegmentsTask, type Task } from './run-task.ts'

/** Analyses files away from the event loop, which others need. What goes wrong with one file is that file's problem. */
export interface AnalysisPool {
  analyse(task: AnalysisTask): Promise<AnalysisResult>
  findSegments(task: SegmentsTask): Promise<readonly CvSegment[] | Problem>
  close(): Promise<void>
}

/** Without threads the work is done where it is asked for. */
export function createAnalysisPool(threadCount: number): AnalysisPool {
  const threads = Array.from({ length: threadCount }, () => new AnalysisThread())
  let asked = 0
  const ask = async (task: Task) => threads[asked++ % Math.max(1, threads.length)]?.run(task) ?? runTask(task)
  return {
    analyse: (task) => ask({ kind: 'figures', ...task }) as Promise<AnalysisResult>,
    findSegments: (task) => ask({ kind: 'segments', ...task }) as Promise<readonly CvSegment[] | Problem>,
    close: async () => void (await Promise.all(threads.map((thread) => thread.close()))),
  }
}

type TaskResult = ReturnType<typeof runTask>

class AnalysisThread {
  private readonly waiting = new Map<number, (result: TaskResult) => void>()
  private worker: Worker | undefined = this.startWorker()
  private asked = 0

  run(task: Task): Promise<TaskResult> {
    const id = ++this.asked
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      this.worker ??= this.startWorker()
      this.worker.postMessage({ id, task })
    })
  }

  async close(): Promise<void> {
    await this.worker?.terminate()
  }

  private startWorker(): Worker {
    const worker = new Worker(new URL('./analysis-worker.js', import.meta.url))
    worker.on('message', ({ id, result }: { id: number; result: TaskResult }) => {
      this.waiting.get(id)?.(result)
      this.waiting.delete(id)
    })
    worker.once('error', (error) => this.giveUp(error))
    worker.unref()
    return worker
  }

  /** One that dies, as for want of memory, takes the files with it that wait for it, and nothing else. */
  private giveUp(error: Error): void {
    this.worker = undefined
    for (const settle of this.waiting.values()) settle({ problem: `the analysis broke off: ${error.message}` })
    this.waiting.clear()
  }
}
