import { sgg } from 'ml-savitzky-golay-generalized'

export interface SmoothingOptions {
  readonly windowPoints: number
  readonly degree: number
}

/** Savitzky–Golay, with the ends fitted as well. Too few points for the window stay as they are. */
export function smooth(values: readonly number[], { windowPoints, degree }: SmoothingOptions): number[] {
  if (values.length < windowPoints) return [...values]
  return [...sgg([...values], 1, { windowSize: windowPoints, polynomial: degree, derivative: 0 })]
}

/** What stands above the straight line from the first to the last point. */
export function subtractBaseline(x: readonly number[], y: readonly number[]): number[] {
  const last = x.length - 1
  const from = y[0] ?? 0
  const slope = last > 0 ? ((y[last] as number) - from) / ((x[last] as number) - (x[0] as number)) : 0
  return y.map((value, i) => value - from - slope * ((x[i] as number) - (x[0] as number)))
}
