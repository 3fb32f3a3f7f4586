import { performance } from 'node:perf_hooks'

/**
 * Milliseconds on a monotonic clock since the start of the run, in whole microseconds: the history keeps no more,
 * and live checkers must see exactly what a replay sees.
 */
export interface Clock {
  /** The run's start in milliseconds since 1970, as `performance.timeOrigin` counts them; makes the same clock in another thread. */
  readonly originMs: number
  now(): number
}

/** A clock whose zero is now, or the given origin: each thread has a time origin of its own. */
export function createClock(originMs: number = performance.timeOrigin + performance.now()): Clock {
  const offset = performance.timeOrigin - originMs
  return { originMs, now: () => roundToMicroseconds(performance.now() + offset) }
}

export function roundToMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
