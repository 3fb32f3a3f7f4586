import type { BookNumbers } from './book-numbers.ts'

/** The best prices of a book, and the volumes there. */
export type BestLevels = Pick<BookNumbers, 'bestBid' | 'bestAsk' | 'bidVolume' | 'askVolume'>

/**
 * Order-flow imbalance from one book to the next: what was added at the best bid less what was added at the best ask,
 *     e = [b ≥ b'] B − [b ≤ b'] B' − [a ≤ a'] A + [a ≥ a'] A'
 * with a stroke for the earlier book. Cont, Kukanov and Stoikov, The price impact of order book events, Journal of
 * Financial Econometrics 12 (2014), equation 4.
 */
export function orderFlow(before: BestLevels, now: BestLevels): number {
  let flow = 0
  if (now.bestBid >= before.bestBid) flow += now.bidVolume
  if (now.bestBid <= before.bestBid) flow -= before.bidVolume
  if (now.bestAsk <= before.bestAsk) flow -= now.askVolume
  if (now.bestAsk >= before.bestAsk) flow += before.askVolume
  return flow
}
