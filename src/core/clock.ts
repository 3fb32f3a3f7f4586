import { performance } from 'node:perf_hooks'

/** Milliseconds on a monotonic clock since the start of the run. */
export interface Clock {
  now(): number
}

/**
 * `originMs` is the start of the run in milliseconds since 1970 as `performance.timeOrigin` counts them, so that all
 * threads of a process share one zero: each thread has a time origin of its own.
 */
export function createClock(originMs: number = performance.timeOrigin + performance.now()): Clock {
  const offset = performance.timeOrigin - originMs
  return { now: () => performance.now() + offset }
}
