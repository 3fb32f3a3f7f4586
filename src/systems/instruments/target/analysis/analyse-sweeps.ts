import type { CvSegment } from '../../wire/previews.ts'
import { type SmoothingOptions, smooth, subtractBaseline } from './smooth.ts'

export interface SweepPeaks {
  /** Amperes above the baseline of the forward sweep, and below that of the reverse sweep: both positive. */
  readonly anodic: number
  readonly cathodic: number
  /** Volts between the two. */
  readonly separation: number
}

/** Splits a cyclic voltammogram where its potential turns. */
export function findSegments(potentials: readonly number[]): CvSegment[] {
  const segments: CvSegment[] = []
  let from = 0
  for (let i = 2; i <= potentials.length; i++) {
    const turns = i < potentials.length && step(potentials, i) * step(potentials, i - 1) < 0
    if (!turns && i < potentials.length) continue
    segments.push({ from, to: i, direction: step(potentials, from + 1) > 0 ? 'forward' : 'reverse' })
    from = i - 1
  }
  return segments
}

const step = (potentials: readonly number[], i: number) => (potentials[i] ?? 0) - (potentials[i - 1] ?? 0)

/** The highest point of the first forward sweep and the lowest of the first reverse sweep. */
export function analyseSweeps(potentials: readonly number[], current: readonly number[], options: SmoothingOptions) {
  const smoothed = [...current]
  const extremes = { forward: { value: 0, at: 0 }, reverse: { value: 0, at: 0 } }
  const seen = new Set<string>()
  for (const { from, to, direction } of findSegments(potentials)) {
    const x = potentials.slice(from, to)
    const sweep = smooth(current.slice(from, to), options)
    for (const [i, value] of sweep.entries()) smoothed[from + i] = value
    if (seen.has(direction)) continue
    seen.add(direction)
    const sign = direction === 'forward' ? 1 : -1
    const above = subtractBaseline(x, sweep).map((value) => sign * value)
    const value = Math.max(0, ...above)
    extremes[direction] = { value, at: x[above.indexOf(value)] ?? 0 }
  }
  const { forward, reverse } = extremes
  const peaks: SweepPeaks = {
    anodic: forward.value,
    cathodic: reverse.value,
    separation: Math.abs(forward.at - reverse.at),
  }
  return { smoothed, peaks }
}
