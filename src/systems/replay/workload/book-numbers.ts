import { marketFormulas } from '../params/market-formulas.ts'
import type { Level } from '../wire/snapshot.ts'
import type { BestLevels } from './order-flow.ts'

/** What follows from one book alone (`market-formulas`). */
export interface BookNumbers extends BestLevels {
  readonly imbalance: number
  readonly microprice: number
  readonly spoofingRisk: number
}

/** Undefined for a book that has no bid or no ask. */
export function computeBookNumbers(bids: readonly Level[], asks: readonly Level[]): BookNumbers | undefined {
  const bestBid = bids[0]
  const bestAsk = asks[0]
  if (!bestBid || !bestAsk) return undefined
  const [bid, bidVolume] = bestBid
  const [ask, askVolume] = bestAsk
  const bidSide = sumSide(bids)
  const askSide = sumSide(asks)
  return {
    bid,
    bidVolume,
    ask,
    askVolume,
    imbalance: (bidSide.sum - askSide.sum) / (bidSide.sum + askSide.sum),
    microprice: (ask * bidVolume + bid * askVolume) / (bidVolume + askVolume),
    spoofingRisk: Math.max(bidSide.largestBehind / bidSide.sum, askSide.largestBehind / askSide.sum),
  }
}

function sumSide(levels: readonly Level[]): { readonly sum: number; readonly largestBehind: number } {
  let sum = 0
  let largestBehind = 0
  for (let i = 0; i < levels.length; i++) {
    const volume = (levels[i] as Level)[1]
    sum += volume
    if (i > 0 && volume > largestBehind) largestBehind = volume
  }
  return { sum, largestBehind }
}

export function nameRegime({ imbalance, ask, bid }: BookNumbers): string {
  if (Math.abs(imbalance) >= marketFormulas.imbalancedFrom) return 'imbalanced'
  return isWide(ask - bid, marketFormulas.wideFromTicks) ? 'wide' : 'calm'
}

/** The alerts that the book raises, whether or not they have been shown. */
export function listAlerts({ imbalance, ask, bid, spoofingRisk }: BookNumbers): readonly string[] {
  const { alertImbalance, alertTicks, alertSpoofing } = marketFormulas
  const raised = {
    IMBALANCE: Math.abs(imbalance) >= alertImbalance,
    WIDE_SPREAD: isWide(ask - bid, alertTicks),
    LAYERING: spoofingRisk >= alertSpoofing,
  }
  // Most books raise none.
  if (!raised.IMBALANCE && !raised.WIDE_SPREAD && !raised.LAYERING) return none
  return marketFormulas.alertNames.filter((name) => raised[name])
}

const none: readonly string[] = []

const isWide = (spread: number, ticks: number) => Math.round(spread / marketFormulas.tick) >= ticks
