import type { Random } from '../core/random.ts'
import type { OpenLoad, Stage } from '../core/scenario.ts'

/**
 * When each client of an open group arrives, in milliseconds since the start of the run, in order. Arrivals are laid
 * out on the axis of expected arrivals, where any mix of rates is one process of rate 1: a client at each whole number
 * (constant), or exponential gaps of mean 1 (Poisson). The stages then map that axis to time, so that a change of rate
 * neither loses nor repeats an arrival.
 */
export function scheduleOpen(load: OpenLoad, random: Random, startAfterMs: number): readonly number[] {
  const times: number[] = []
  let position = load.arrivals === 'poisson' ? random.exponential() : 0
  let stageStartMs = startAfterMs
  let expectedBefore = 0
  for (const stage of load.stages) {
    const expectedAfter = expectedBefore + expectedArrivals(stage)
    while (position < expectedAfter - roundingMargin) {
      times.push(stageStartMs + ((position - expectedBefore) / stage.arrivalRate) * 1000)
      position += load.arrivals === 'poisson' ? random.exponential() : 1
    }
    expectedBefore = expectedAfter
    stageStartMs += stage.durationMs
  }
  return times
}

/** The number of clients that a stage is expected to bring: exact for constant, the mean for Poisson arrivals. */
function expectedArrivals(stage: Stage): number {
  return (stage.durationMs * stage.arrivalRate) / 1000
}

/** 0.1 per second for 30 s is 3 arrivals, whatever the last bit of the product says. */
const roundingMargin = 1e-6
