import type { InstrumentsParams } from '../params/instruments-params.ts'

/*
 * What a simulated instrument measures: a Gaussian bump in the middle of a sweep, over a straight line. Its ends are ten
 * widths away, so that nothing of it is left there. A smoothed peak is then the bump's height times a number that
 * follows from window and degree alone.
 */

/** Volts. */
const sweepFrom = -0.5
const sweepTo = 0.1
const bumpAt = -0.2
const bumpWidth = 0.03

export type SweepShape = Pick<InstrumentsParams, 'points' | 'windowPoints' | 'degree' | 'peakOption'>

export const sweepRange = { start: sweepFrom, end: sweepTo }

/** The potentials of one sweep, from low to high, as a file has them: in whole millivolts. */
export function listPotentials(points: number): number[] {
  const stepMv = 600 / (points - 1)
  return Array.from({ length: points }, (_, i) => (-500 + i * stepMv) / 1000)
}

/** A bump of height 1. */
export const bump = (potential: number): number => Math.exp(-((potential - bumpAt) ** 2) / (2 * bumpWidth ** 2))

/**
 * By how much the analysis returns more or less than the bump's height. Height: the middle of a least-squares parabola
 * over the window's points; by symmetry that of a cubic is the same. Area: smoothing leaves the sum as it is.
 */
export function scaleOf({ points, windowPoints, peakOption }: SweepShape): number {
  const step = 0.6 / (points - 1)
  if (peakOption === 'area') {
    let sum = 0
    for (const potential of listPotentials(points)) sum += bump(potential)
    return sum * step
  }
  return smoothedPeak(step, windowPoints)
}

/** Of cyclic voltammograms heights are taken, whatever the option. */
export const heightScaleOf = ({ points, windowPoints }: SweepShape) => smoothedPeak(0.6 / (points - 1), windowPoints)

/** Weights of the middle point: 3(3m² + 3m - 1 - 5j²) / ((2m + 3)(2m + 1)(2m - 1)) for j = -m … m. */
function smoothedPeak(step: number, windowPoints: number): number {
  const m = (windowPoints - 1) / 2
  const divisor = (2 * m + 3) * (2 * m + 1) * (2 * m - 1)
  let value = 0
  for (let j = -m; j <= m; j++) {
    const weight = (3 * (3 * m * m + 3 * m - 1 - 5 * j * j)) / divisor
    value += weight * bump(bumpAt + j * step)
  }
  return value
}
