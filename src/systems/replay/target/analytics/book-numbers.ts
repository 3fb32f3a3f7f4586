import { marketFormulas } from '../../params/market-formulas.ts'
import type { Level } from '../../wire/snapshot.ts'
import type { Book } from '../market/feed.ts'

/** The numbers that one book alone decides. Named and defined as in `params/market-formulas.ts`. */
export interface BookNumbers {
  readonly bestBid: number
  readonly bestAsk: number
  /** Volumes at the best prices. */
  readonly bidVolume: number
  readonly askVolume: number
  readonly midPrice: number
  readonly spread: number
  readonly obi: number
  readonly microprice: number
  readonly spoofingRisk: number
  readonly regime: 'calm' | 'wide' | 'imbalanced'
  /** What there is to be alarmed about: bit i is for the i-th of `alertNames`. */
  readonly alerts: number
}

/**
 * Imbalance (ΣV_bid − ΣV_ask) / (ΣV_bid + ΣV_ask) after Cartea, Jaimungal and Penalva, Algorithmic and High-Frequency
 * Trading (2015), 12.4; microprice (a·B + b·A) / (B + A), the volume-weighted mid, after Gatheral and Oomen (2010).
 */
export function computeBookNumbers({ bids, asks }: Book): BookNumbers {
  const [bestBid, bidVolume] = bids[0] as Level
  const [bestAsk, askVolume] = asks[0] as Level
  const [bidTotal, askTotal] = [totalOf(bids), totalOf(asks)]
  const spread = bestAsk - bestBid
  const obi = (bidTotal - askTotal) / (bidTotal + askTotal)
  const spoofingRisk = Math.max(largestBehind(bids) / bidTotal, largestBehind(asks) / askTotal)
  return {
    bestBid,
    bestAsk,
    bidVolume,
    askVolume,
    midPrice: (bestBid + bestAsk) / 2,
    spread,
    obi,
    microprice: (bestAsk * bidVolume + bestBid * askVolume) / (bidVolume + askVolume),
    spoofingRisk,
    regime: nameRegime(obi, spread),
    alerts: raiseAlerts(obi, spread, spoofingRisk),
  }
}

function nameRegime(obi: number, spread: number): BookNumbers['regime'] {
  const { imbalancedFrom, wideFromTicks, tick } = marketFormulas
  if (Math.abs(obi) >= imbalancedFrom) return 'imbalanced'
  return Math.round(spread / tick) >= wideFromTicks ? 'wide' : 'calm'
}

function raiseAlerts(obi: number, spread: number, spoofingRisk: number): number {
  const { alertImbalance, alertTicks, alertSpoofing, tick } = marketFormulas
  const raised = [
    Math.abs(obi) >= alertImbalance,
    Math.round(spread / tick) >= alertTicks,
    spoofingRisk >= alertSpoofing,
  ]
  return raised.reduce((bits, isRaised, index) => bits | (Number(isRaised) << index), 0)
}

function totalOf(side: readonly Level[]): number {
  let total = 0
  for (const level of side) total += level[1]
  return total
}

function largestBehind(side: readonly Level[]): number {
  let largest = 0
  for (let level = 1; level < side.length; level++) largest = Math.max(largest, (side[level] as Level)[1])
  return largest
}
