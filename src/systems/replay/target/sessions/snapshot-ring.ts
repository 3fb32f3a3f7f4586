import { historyLength } from '../../params/market-formulas.ts'
import type { FlowNumbers } from '../analytics/session-analytics.ts'
import type { Feed } from '../market/feed.ts'

/** A snapshot that was sent, in as little as brings it back: the feed still has its book. */
export interface SentSnapshot extends FlowNumbers {
  readonly feed: Feed
  readonly seq: number
  /** What rested at the best prices. */
  readonly bidOrders: number
  readonly askOrders: number
}

const numbersEach = 6

/** The last snapshots that a session has sent. It grows with their number, as most sessions of many are young or idle. */
export class SnapshotRing {
  private feeds: Feed[] = []
  private numbers = new Float64Array(8 * numbersEach)
  private sent = 0

  get size(): number {
    return Math.min(this.sent, historyLength)
  }

  add({ feed, seq, ofi, vpin, alerts, bidOrders, askOrders }: SentSnapshot): void {
    const place = this.sent % historyLength
    this.sent++
    if ((place + 1) * numbersEach > this.numbers.length) this.grow()
    this.feeds[place] = feed
    this.numbers.set([seq, ofi, vpin, alerts, bidOrders, askOrders], place * numbersEach)
  }

  /** The oldest first. */
  list(): SentSnapshot[] {
    const oldest = this.sent - this.size
    return Array.from({ length: this.size }, (_, index) => this.read((oldest + index) % historyLength))
  }

  private read(place: number): SentSnapshot {
    const at = place * numbersEach
    const [seq, ofi, vpin, alerts, bidOrders, askOrders] = this.numbers.subarray(at, at + numbersEach) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    return { feed: this.feeds[place] as Feed, seq, ofi, vpin, alerts, bidOrders, askOrders }
  }

  private grow(): void {
    const larger = new Float64Array(Math.min(this.numbers.length * 2, historyLength * numbersEach))
    larger.set(this.numbers)
    this.numbers = larger
  }
}
