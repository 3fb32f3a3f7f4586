import { historyLength } from '../../params/market-formulas.ts'
import type { FlowNumbers } from '../analytics/session-analytics.ts'
import type { Feed } from '../market/feed.ts'

/** A snapshot that was sent, in as little as brings it back: the feed still has its book. */
interface SentSnapshot extends FlowNumbers {
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
    const number = (index: number) => this.numbers[place * numbersEach + index] as number
    const [ofi, vpin, alerts] = [number(1), number(2), number(3)]
    const flow = { ofi, vpin, alerts, bidOrders: number(4), askOrders: number(5) }
    return { feed: this.feeds[place] as Feed, seq: number(0), ...flow }
  }

  private grow(): void {
    const larger = new Float64Array(Math.min(this.numbers.length * 2, historyLength * numbersEach))
    larger.set(this.numbers)
    this.numbers = larger
  }
}
