import type { Percentiles } from '../core/report.ts'
import { mendClient, type ProbeClient } from './mend-client.ts'

/** Where latencies are collected; the probe itself knows no histogram. */
export interface LatencyRecorder {
  record(ms: number): void
  /** For a request that was given up after so long. */
  recordCensored(ms: number): void
  percentiles(): Percentiles
}

/** Seconds after which autocannon gives a request up. */
export const timeoutSeconds = 10

/** Counts what all connections of one load do. autocannon's own counts leave requests out, and its latencies are whole milliseconds. */
export class ProbeTally {
  sent = 0
  answered = 0
  lost = 0
  non2xx = 0
  bytes = 0
  errors = 0
  readonly errorCodes: Record<string, number> = {}
  readonly #latency: LatencyRecorder

  constructor(latency: LatencyRecorder) {
    this.#latency = latency
  }

  watch(client: ProbeClient): void {
    let waiting = 0
    mendClient(client, () => {
      this.lost += waiting
      waiting = 0
    })
    client.on('request', () => {
      this.sent++
      waiting++
    })
    client.on('response', (status: number, bytes: number, ms: number) => {
      waiting--
      this.answered++
      this.bytes += bytes
      if (status < 200 || status > 299) this.non2xx++
      this.#latency.record(ms)
    })
    client.on('connError', (error: NodeJS.ErrnoException) => this.#countError(error.code ?? error.message))
    client.on('timeout', () => {
      this.#countError('timeout')
      this.#latency.recordCensored(timeoutSeconds * 1000)
    })
  }

  #countError(code: string): void {
    this.errors++
    this.errorCodes[code] = (this.errorCodes[code] ?? 0) + 1
  }
}
