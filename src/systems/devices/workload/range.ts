/** Everything between two bounds is possible. */
export interface Range {
  readonly low: number
  readonly high: number
}

export const exactly = (value: number): Range => ({ low: value, high: value })

export const hull = (a: Range, b: Range): Range => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) })

/** Where a running mean goes that is moved by `share` of the way. */
export const moveTowards = (mean: Range, to: Range, share: number): Range => ({
  low: mean.low + share * (to.low - mean.low),
  high: mean.high + share * (to.high - mean.high),
})
