import { parentPort } from 'node:worker_threads'
import { runTask, type Task } from './run-task.ts'

// The entry of a thread that analyses files.
parentPort?.on('message', ({ id, task }: { id: number; task: Task }) => {
  parentPort?.postMessage({ id, result: runTask(task) })
})
