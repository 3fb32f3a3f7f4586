import { type MessagePort, Worker } from 'node:worker_threads'
import { createClock } from '../core/clock.ts'
import type { System } from '../core/system.ts'
import { type RunRequest, RunRequests } from './run-requests.ts'
import { runShard, type ShardJob, type ShardSnapshot } from './run-shard.ts'
import type { RunStops } from './run-stops.ts'
import type { ShardResult } from './shard-result.ts'
import { shareWidely } from './share-widely.ts'

export interface ShardsControl extends RunStops {
  readonly requests: RunRequests
  onSnapshot(shard: number, snapshot: ShardSnapshot): void
}

type ToWorker =
  | { readonly type: 'start'; readonly originMs: number }
  | { readonly type: 'drain' }
  | { readonly type: 'stop' }
  | { readonly type: 'others-left' }
  | { readonly type: 'request'; readonly request: RunRequest }

type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'workers-left' }
  | { readonly type: 'snapshot'; readonly snapshot: ShardSnapshot }
  | { readonly type: 'result'; readonly result: ShardResult }

/**
 * What clients make lives as long as they do or hardly at all. A young generation of a third of the usual size is collected
 * more often, finds no more that lives, and stays nearer to the processor.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 6 }

/** Runs each job in a worker thread of its own; the entry file calls `serveShard`. */
export async function runInThreads(
  jobs: readonly ShardJob[],
  entry: URL,
  control: ShardsControl,
): Promise<ShardResult[]> {
  const workers = jobs.map((job) => new Worker(entry, { workerData: job, resourceLimits }))
  const tellAll = (message: ToWorker) => {
    for (const worker of workers) worker.postMessage(message)
  }
  const forget = [
    control.requests.listen((request) => tellAll({ type: 'request', request })),
    onAbort(control.draining, () => tellAll({ type: 'drain' })),
    onAbort(control.signal, () => tellAll({ type: 'stop' })),
  ]
  let unready = workers.length
  let working = workers.length
  const results = workers.map((worker, index) =>
    followWorker(worker, {
      onReady: () => {
        if (--unready === 0) tellAll({ type: 'start', originMs: createClock().originMs })
      },
      onWorkersLeft: () => {
        if (--working === 0) tellAll({ type: 'others-left' })
      },
      onSnapshot: (snapshot) => control.onSnapshot(index, snapshot),
    }),
  )
  try {
    return await Promise.all(results)
  } finally {
    for (const stop of forget) stop()
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Acts on an abort, also one that was before; returns how to forget it. */
function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) act()
  signal.addEventListener('abort', act)
  return () => signal.removeEventListener('abort', act)
}

function followWorker(
  worker: Worker,
  on: { onReady(): void; onWorkersLeft(): void; onSnapshot(snapshot: ShardSnapshot): void },
): Promise<ShardResult> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'ready') on.onReady()
      else if (message.type === 'workers-left') on.onWorkersLeft()
      else if (message.type === 'snapshot') on.onSnapshot(message.snapshot)
      else resolve(message.result)
    })
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`A load thread ended early with exit code ${code}.`)))
  })
}

/** The worker's side: runs the job and posts what the main thread follows. */
export async function serveShard(job: ShardJob, systems: readonly System[], port: MessagePort): Promise<void> {
  const draining = new AbortController()
  const stopping = new AbortController()
  const othersLeft = new AbortController()
  const requests = new RunRequests()
  const post = (message: FromWorker) => port.postMessage(message)
  const started = new Promise<number>((resolve) => {
    port.on('message', (message: ToWorker) => {
      if (message.type === 'start') resolve(message.originMs)
      else if (message.type === 'drain') draining.abort()
      else if (message.type === 'stop') stopping.abort()
      else if (message.type === 'request') requests.send(message.request)
      else othersLeft.abort()
    })
  })
  const result = await runShard(job, systems, {
    draining: shareWidely(draining.signal),
    signal: shareWidely(stopping.signal),
    othersLeft: shareWidely(othersLeft.signal),
    requests,
    start: () => {
      post({ type: 'ready' })
      return started
    },
    onWorkersLeft: () => post({ type: 'workers-left' }),
    onSnapshot: (snapshot) => post({ type: 'snapshot', snapshot }),
  })
  post({ type: 'result', result })
  port.close()
}

/** Runs one job in this thread, for tests and for reading a stack without threads between. */
export async function runInProcess(
  job: ShardJob,
  systems: readonly System[],
  control: ShardsControl,
): Promise<ShardResult> {
  const othersLeft = new AbortController()
  return runShard(job, systems, {
    draining: control.draining,
    requests: control.requests,
    signal: control.signal,
    othersLeft: shareWidely(othersLeft.signal),
    start: async () => createClock().originMs,
    onWorkersLeft: () => othersLeft.abort(),
    onSnapshot: (snapshot) => control.onSnapshot(job.shard.index, snapshot),
  })
}
