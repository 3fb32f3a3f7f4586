import { performance } from 'node:perf_hooks'
import autocannon, { type Client, type Options } from 'autocannon'
import { describeLoad, type HttpProbe } from '../core/background.ts'
import type { PressureReport } from '../core/report.ts'
import type { ProbeClient } from './mend-client.ts'
import { type LatencyRecorder, ProbeTally, timeoutSeconds } from './probe-tally.ts'

export interface ProbeControl {
  readonly latency: LatencyRecorder
  /** Aborted: the load ends early and is reported. */
  readonly signal: AbortSignal
  /** Called when the connections are being opened. */
  onStarted(): void
}

/** How often autocannon looks whether it shall end. */
const lookEveryMs = 50

/** So many failures of each connection, before anything is answered, end the load. */
const patience = 5

/** As long as a timer can wait. */
const foreverMs = 2 ** 31 - 1

/** Loads this thread with autocannon until the time is over, the signal is aborted, or nobody lets it in. */
export async function runProbe(
  asked: HttpProbe,
  { latency, signal, onStarted }: ProbeControl,
): Promise<PressureReport> {
  // autocannon does the same, without a word: each connection sends at least one request per second.
  const probe = { ...asked, connections: Math.min(asked.connections, asked.rate ?? asked.connections) }
  const tally = new ProbeTally(latency)
  const startedMs = performance.now()
  const idleBefore = performance.eventLoopUtilization()
  await new Promise<void>((resolve, reject) => {
    const options = toOptions(probe, (client) => tally.watch(client as unknown as ProbeClient))
    const cannon = autocannon(options, (error) => (error ? reject(error) : resolve()))
    const stop = () => cannon.stop()
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    cannon.on('reqError', () => {
      if (tally.answered === 0 && tally.errors >= probe.connections * patience) stop()
    })
    onStarted()
  })
  const durationMs = performance.now() - startedMs
  const busyShare = performance.eventLoopUtilization(idleBefore).utilization
  return { ...describe(probe, tally, latency, durationMs), busyShare }
}

function toOptions(probe: HttpProbe, setupClient: (client: Client) => void): Options {
  return {
    url: probe.url,
    method: probe.method,
    headers: { ...probe.headers },
    ...(probe.body === undefined ? {} : { body: probe.body }),
    connections: probe.connections,
    pipelining: probe.pipelining,
    duration: (probe.durationMs ?? foreverMs) / 1000,
    timeout: timeoutSeconds,
    sampleInt: lookEveryMs,
    // With a rate autocannon adds latencies that it made up, of the wrong unit, unless it is told not to.
    ...(probe.rate === undefined ? {} : { overallRate: probe.rate, ignoreCoordinatedOmission: true }),
    setupClient,
  }
}

function describe(
  probe: HttpProbe,
  tally: ProbeTally,
  latency: LatencyRecorder,
  durationMs: number,
): Omit<PressureReport, 'busyShare'> {
  const { sent, answered, lost, non2xx, errorCodes, bytes } = tally
  const failure = describeFailure(tally)
  return {
    ...describeLoad(probe),
    durationMs: Math.round(durationMs),
    sent,
    answered,
    lost,
    inFlight: sent - answered - lost,
    non2xx,
    errorCodes,
    bytes,
    perSecond: Math.round((answered / durationMs) * 1000),
    latency: latency.percentiles(),
    ...(failure === undefined ? {} : { failure }),
  }
}

function describeFailure({ answered, non2xx, errorCodes }: ProbeTally): string | undefined {
  if (answered > 0) return non2xx === answered ? `none of ${answered} answers was a success (2xx)` : undefined
  const codes = Object.keys(errorCodes).join(', ')
  return codes === '' ? 'nothing was answered' : `nothing was answered: ${codes}`
}
