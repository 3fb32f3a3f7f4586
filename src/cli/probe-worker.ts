import { parentPort, workerData } from 'node:worker_threads'
import type { HttpProbe } from '../core/background.ts'
import { createHistogram } from '../metrics/histogram.ts'
import { serveProbe } from '../probe/serve-probe.ts'

// The entry of a thread that carries HTTP load. It stands here because the probe may not import the histogram.
if (!parentPort) throw new Error('probe-worker.ts is the entry of a worker thread')
await serveProbe(workerData as HttpProbe, createHistogram(), parentPort)
