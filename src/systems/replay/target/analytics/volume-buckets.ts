import { marketFormulas } from '../../params/market-formulas.ts'

const { bucketVolume, buckets } = marketFormulas

/**
 * VPIN, the volume-synchronised probability of informed trading: signed volume fills buckets of one size, and
 *     VPIN = Σ|V_buy − V_sell| / (τ · V)
 * over the last τ full ones. Easley, López de Prado and O'Hara, Flow toxicity and liquidity in a high-frequency world,
 * Review of Financial Studies 25 (2012), equation 7; the sign of the order flow takes the place of their bulk
 * classification.
 */
export class VolumeBuckets {
  /** |V_buy − V_sell| of the full buckets, the oldest first. */
  private readonly imbalances: number[] = []
  private filled = 0
  private imbalance = 0
  private latest = 0

  /** Takes the flow from one book to the next; positive is what buyers did. */
  take(flow: number): number {
    // Whole numbers: what orders leave behind the point would fill a bucket a little sooner or later.
    let rest = Math.abs(Math.round(flow))
    let isFuller = false
    while (rest > 0) {
      const part = Math.min(rest, bucketVolume - this.filled)
      this.filled += part
      this.imbalance += flow > 0 ? part : -part
      rest -= part
      if (this.filled < bucketVolume) break
      this.close()
      isFuller = true
    }
    if (isFuller) this.latest = this.average()
    return this.latest
  }

  private close(): void {
    this.imbalances.push(Math.abs(this.imbalance))
    if (this.imbalances.length > buckets) this.imbalances.shift()
    this.filled = 0
    this.imbalance = 0
  }

  private average(): number {
    let total = 0
    for (const imbalance of this.imbalances) total += imbalance
    return total / (this.imbalances.length * bucketVolume)
  }
}
