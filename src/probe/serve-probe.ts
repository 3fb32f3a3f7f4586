import type { MessagePort } from 'node:worker_threads'
import type { HttpProbe } from '../core/background.ts'
import type { PressureReport } from '../core/report.ts'
import type { LatencyRecorder } from './probe-tally.ts'
import { runProbe } from './run-probe.ts'

export type FromProbe = { readonly type: 'started' } | { readonly type: 'report'; readonly report: PressureReport }

/** The thread's side of a `ProbeThread`. Any message ends the load. */
export async function serveProbe(probe: HttpProbe, latency: LatencyRecorder, port: MessagePort): Promise<void> {
  const stopping = new AbortController()
  const post = (message: FromProbe) => port.postMessage(message)
  port.once('message', () => stopping.abort())
  const onStarted = () => post({ type: 'started' })
  const report = await runProbe(probe, { latency, signal: stopping.signal, onStarted })
  post({ type: 'report', report })
  port.close()
}
