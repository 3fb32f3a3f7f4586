import type { Mode } from '../../wire/snapshot.ts'
import type { Side } from '../../wire/stream-messages.ts'
import type { Book, Feed, Market } from '../market/feed.ts'

/** What rests at the best prices of a simulated market, on top of what its books have there. */
export class RestingOrders {
  bid = 0
  ask = 0

  on(side: Side): number {
    return side === 'BUY' ? this.bid : this.ask
  }

  add(side: Side, quantity: number): void {
    if (side === 'BUY') this.bid += quantity
    else this.ask += quantity
  }
}

/** Where somebody is in a market. */
export class Track {
  readonly market: Market
  readonly orders: RestingOrders | undefined
  feed: Feed
  /** Market time of the last snapshot that was sent, or where somebody went back to; undefined: before the beginning. */
  cursorMs: number | undefined

  constructor(market: Market, symbol: string, orders?: RestingOrders) {
    this.market = market
    this.feed = market.feedOf(symbol)
    this.orders = orders
  }

  get mode(): Mode {
    return this.market.mode
  }

  get nextSeq(): number {
    return this.feed.seqAfter(this.cursorMs)
  }

  get isAtEnd(): boolean {
    return this.feed.timeOf(this.nextSeq) === undefined
  }

  /** The market's other feeds have their snapshots at the same times, so the cursor stays. */
  changeSymbol(symbol: string): void {
    this.feed = this.market.feedOf(symbol)
  }

  goBack(ms: number): void {
    if (this.cursorMs === undefined) return
    const cursorMs = this.cursorMs - ms
    this.cursorMs = cursorMs < (this.feed.timeOf(0) ?? cursorMs) ? undefined : cursorMs
  }
}

/** Adds what rests to the volumes of a book's best levels. */
export function restOrders({ bids, asks }: Book, bid: number, ask: number): void {
  if (bid > 0 && bids[0]) bids[0] = [bids[0][0], bids[0][1] + bid]
  if (ask > 0 && asks[0]) asks[0] = [asks[0][0], asks[0][1] + ask]
}
