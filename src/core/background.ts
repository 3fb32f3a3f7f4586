import type { PressureReport } from './report.ts'
import type { HttpLoad } from './scenario.ts'

/** HTTP load and the address it goes to. Plain data that can be posted to a thread. */
export interface HttpProbe extends HttpLoad {
  readonly url: string
}

/**
 * Something that runs beside the clients of a run and has no part in its verdict. What goes wrong with it stands in its
 * report; neither method rejects.
 */
export interface Background {
  /** Called once. Resolves when it is under way, or has ended already. */
  start(): Promise<void>
  /** Ends it, where it has not ended by itself, and resolves soon. */
  stop(): Promise<PressureReport>
}

/** The report of a load that came to nothing. */
export function reportFailure(probe: HttpProbe, failure: string): PressureReport {
  const counts = { sent: 0, answered: 0, lost: 0, inFlight: 0, non2xx: 0, errorCodes: {}, bytes: 0 }
  const latency = { n: 0, overflow: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, p9999: 0, max: 0 }
  return { ...describeLoad(probe), durationMs: 0, ...counts, perSecond: 0, latency, busyShare: 0, failure }
}

/** What a report repeats of what was asked for. */
export function describeLoad({ url, method, connections, pipelining, rate }: HttpProbe) {
  return { url, method, connections, pipelining, ...(rate === undefined ? {} : { rate }) }
}
