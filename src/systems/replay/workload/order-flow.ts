import { marketFormulas } from '../params/market-formulas.ts'

/** Prices and volumes at the best levels of a book. */
export interface BestLevels {
  readonly bid: number
  readonly bidVolume: number
  readonly ask: number
  readonly askVolume: number
}

/** OFI of two books of which the second follows the first (`market-formulas`). */
export function orderFlow(before: BestLevels, now: BestLevels): number {
  let flow = 0
  if (now.bid >= before.bid) flow += now.bidVolume
  if (now.bid <= before.bid) flow -= before.bidVolume
  if (now.ask <= before.ask) flow -= now.askVolume
  if (now.ask >= before.ask) flow += before.askVolume
  return flow
}

/** The last full buckets of volume, from which VPIN follows (`market-formulas`). */
export class VolumeBuckets {
  /** Of each full bucket, by how much its buyers and sellers differ. */
  private readonly differences: number[] = []
  private bought = 0
  private sold = 0
  private latest = 0

  /** Takes the flow of one snapshot and returns VPIN after it. */
  take(flow: number): number {
    const { bucketVolume, buckets } = marketFormulas
    let left = Math.abs(flow)
    while (left > 0) {
      const part = Math.min(left, bucketVolume - this.bought - this.sold)
      if (flow > 0) this.bought += part
      else this.sold += part
      left -= part
      if (this.bought + this.sold < bucketVolume) break
      this.differences.push(Math.abs(this.bought - this.sold))
      if (this.differences.length > buckets) this.differences.shift()
      this.bought = 0
      this.sold = 0
      this.latest = this.average()
    }
    return this.latest
  }

  private average(): number {
    let sum = 0
    for (const difference of this.differences) sum += difference
    return sum / (this.differences.length * marketFormulas.bucketVolume)
  }
}
