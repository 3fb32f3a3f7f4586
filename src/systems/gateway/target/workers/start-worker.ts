import { isOwnerStage, type Stage } from '../pipeline/stages.ts'
import { startFilter } from './filter-worker.ts'
import { startOwner } from './owner-worker.ts'
import type { Worker, WorkerContext } from './worker.ts'

/** The same code in the gateway's process and in a process of its own. `partition` counts for owner stages only. */
export function startWorker(stage: Stage, partition: number, context: WorkerContext): Promise<Worker> {
  return isOwnerStage(stage) ? startOwner(stage, partition, context) : startFilter(stage, context)
}
