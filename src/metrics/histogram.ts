import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import type { Percentiles } from '../core/report.ts'

/** Durations in constant memory, to three significant digits, from a microsecond to an hour. */
export interface Histogram {
  record(ms: number): void
  /** Records a duration of which only the lower bound is known, because the operation was given up. */
  recordCensored(ms: number): void
  readonly n: number
  percentiles(): Percentiles
  state(): HistogramState
}

/** Plain JSON. States merge exactly: all of it are whole numbers. */
export interface HistogramState {
  /** HdrHistogram's own encoding (V2, compressed, base64), of microseconds. */
  readonly counts: string
  readonly n: number
  /** Values beyond an hour; they are counted as an hour. */
  readonly overflow: number
  readonly maxUs: number
  readonly censored: number
  /** The smallest of the censored values; absent where there is none. */
  readonly censoredFromUs?: number
}

const limitUs = 3_600_000_000
const significantDigits = 3

/** A histogram of what all `parts` hold. */
export function createHistogram(parts: readonly HistogramState[] = []): Histogram {
  const counts = build({ highestTrackableValue: limitUs, numberOfSignificantValueDigits: significantDigits })
  let overflow = 0
  let maxUs = 0
  let censored = 0
  let censoredFromUs = Number.POSITIVE_INFINITY

  for (const part of parts) {
    if (part.n > 0) counts.add(decodeFromCompressedBase64(part.counts))
    overflow += part.overflow
    maxUs = Math.max(maxUs, part.maxUs)
    censored += part.censored
    censoredFromUs = Math.min(censoredFromUs, part.censoredFromUs ?? censoredFromUs)
  }

  const recordUs = (us: number) => {
    if (us > limitUs) overflow++
    if (us > maxUs) maxUs = us
    counts.recordValue(Math.min(us, limitUs))
  }
  // A bucket's upper end may lie above every value in it: no percentile is above the maximum.
  const at = (percentile: number) => Math.min(counts.getValueAtPercentile(percentile), maxUs) / 1000

  return {
    record: (ms) => recordUs(toMicroseconds(ms)),
    recordCensored(ms) {
      const us = toMicroseconds(ms)
      censored++
      censoredFromUs = Math.min(censoredFromUs, us)
      recordUs(us)
    },
    get n() {
      return counts.totalCount
    },
    percentiles: () => ({
      n: counts.totalCount,
      overflow,
      p50: at(50),
      p90: at(90),
      p95: at(95),
      p99: at(99),
      p999: at(99.9),
      p9999: at(99.99),
      max: maxUs / 1000,
      ...(censored > 0 && { lowerBoundFromMs: censoredFromUs / 1000 }),
    }),
    state: () => ({
      counts: encodeIntoCompressedBase64(counts),
      n: counts.totalCount,
      overflow,
      maxUs,
      censored,
      ...(censored > 0 && { censoredFromUs }),
    }),
  }
}

export function mergeHistograms(parts: readonly HistogramState[]): HistogramState {
  const [only, ...others] = parts
  return only && others.length === 0 ? only : createHistogram(parts).state()
}

const toMicroseconds = (ms: number) => Math.max(0, Math.round(ms * 1000))
