import { setFlagsFromString } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { serveShard } from '../engine/run-in-threads.ts'
import type { ShardJob } from '../engine/run-shard.ts'
import { loadSystems, systemEntries } from '../systems/index.ts'

/*
 * On a machine with much memory V8 lets a heap grow to four times of what is in use before it looks for garbage. Here much
 * is in use, by thousands of clients, and what comes besides is short-lived.
 */
setFlagsFromString('--heap-growing-percent=30')

// The entry of a load thread. It stands here because functions cannot be posted and the engine knows no systems.
if (!parentPort) throw new Error('worker.ts is the entry of a worker thread')
const job = workerData as ShardJob
// The code of a system with its libraries takes some 10 MB in each thread.
const used = systemEntries.filter(({ name }) => job.scenario.groups.some(({ system }) => system === name))
await serveShard(job, await loadSystems(used), parentPort)
