import { parentPort, workerData } from 'node:worker_threads'
import { serveShard } from '../engine/run-in-threads.ts'
import type { ShardJob } from '../engine/run-shard.ts'
import { loadSystems } from '../systems/index.ts'

// The entry of a load thread. It stands here because functions cannot be posted and the engine knows no systems.
if (!parentPort) throw new Error('worker.ts is the entry of a worker thread')
await serveShard(workerData as ShardJob, await loadSystems(), parentPort)
