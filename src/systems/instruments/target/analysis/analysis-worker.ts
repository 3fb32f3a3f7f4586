import { parentPort } from 'node:worker_threads'
import { type AnalysisTask, analyseFile } from './analyse-file.ts'

// The entry of a thread that analyses files.
parentPort?.on('message', ({ id, task }: { id: number; task: AnalysisTask }) => {
  parentPort?.postMessage({ id, result: analyseFile(task) })
})
