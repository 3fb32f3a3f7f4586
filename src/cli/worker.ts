import { setFlagsFromString } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { serveShard } from '../engine/run-in-threads.ts'
import type { ShardJob } from '../engine/run-shard.ts'
import { loadSystems } from '../systems/index.ts'

/*
 * On a machine with much memory V8 lets a heap grow to four times of what is in use before it looks for garbage. Here much
 * is in use, by thousands of clients, and what comes besides is short-lived.
 */
setFlagsFromString('--heap-growing-percent=30')

// The entry of a load thread. It stands here because functions cannot be posted and the engine knows no systems.
if (!parentPort) throw new Error('worker.ts is the entry of a worker thread')
await serveShard(workerData as ShardJob, await loadSystems(), parentPort)
