import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Level } from '../../wire/snapshot.ts'
import type { Book, Feed } from '../market/feed.ts'
import { AlertMemory, namesOfAlerts } from './alert-memory.ts'
import { computeBookNumbers } from './book-numbers.ts'
import { orderFlow } from './order-flow.ts'
import { SessionAnalytics } from './session-analytics.ts'
import { VolumeBuckets } from './volume-buckets.ts'

const book = (bids: Level[], asks: Level[]): Book => ({ bids, asks })

/** A book of one level a side. */
const best = (bid: number, bidVolume: number, ask: number, askVolume: number) =>
  computeBookNumbers(book([[bid, bidVolume]], [[ask, askVolume]]))

describe('the numbers of one book', () => {
  it('are those computed by hand', () => {
    const numbers = computeBookNumbers(
      book(
        [
          [100, 10],
          [99, 30],
        ],
        [
          [102, 30],
          [103, 10],
        ],
      ),
    )
    expect(numbers).toMatchObject({ bestBid: 100, bestAsk: 102, midPrice: 101, spread: 2, obi: 0 })
    // (102 · 10 + 100 · 30) / 40, and 30 of the bids' 40 are behind the best.
    expect(numbers).toMatchObject({ microprice: 100.5, spoofingRisk: 0.75, regime: 'wide' })
    expect(namesOfAlerts(numbers.alerts)).toEqual(['WIDE_SPREAD', 'LAYERING'])
  })

  it.each([
    [best(100, 10, 100.01, 10), 'calm', []],
    [best(100, 65, 100.01, 35), 'imbalanced', []],
    [best(100, 25, 100.01, 75), 'imbalanced', ['IMBALANCE']],
    [best(100, 10, 100.03, 10), 'calm', []],
    // 100.04 − 100 is a little more than 0.04, 600.04 − 600 a little less than that, and both are four ticks.
    [best(100, 10, 100.04, 10), 'wide', []],
    [best(600, 10, 600.04, 10), 'wide', []],
    [best(600, 10, 600.06, 10), 'wide', ['WIDE_SPREAD']],
  ])('name a regime and alerts (%#)', ({ regime, alerts }, expectedRegime, expectedAlerts) => {
    expect(regime).toBe(expectedRegime)
    expect(namesOfAlerts(alerts)).toEqual(expectedAlerts)
  })
})

describe('order flow', () => {
  const before = best(100, 10, 102, 20)
  it.each([
    ['volumes change where they are', best(100, 13, 102, 18), 13 - 10 - 18 + 20],
    ['the bid rises', best(101, 5, 102, 20), 5 - 20 + 20],
    ['the bid falls', best(99, 5, 102, 20), -10 - 20 + 20],
    ['the ask falls', best(100, 10, 101, 7), 10 - 10 - 7],
    ['the ask rises', best(100, 10, 103, 7), 10 - 10 + 20],
    ['both rise', best(101, 4, 103, 7), 4 + 20],
    ['both fall', best(99, 4, 101, 7), -10 - 7],
  ])('is computed by hand where %s', (_how, now, expected) => {
    expect(orderFlow(before, now)).toBe(expected)
  })
})

describe('VPIN', () => {
  it('is 0 until a bucket is full, and then what its buyers and sellers differ by', () => {
    const buckets = new VolumeBuckets()
    // 300 bought and 200 sold fill the first one: |300 − 200| / 500.
    expect([buckets.take(300), buckets.take(-199), buckets.take(-1)]).toEqual([0, 0, 0.2])
    expect(buckets.take(0)).toBe(0.2)
    // 1 200 bought: two whole ones, and 200 left over for the next.
    expect(buckets.take(1200)).toBeCloseTo((100 + 500 + 500) / (3 * 500), 12)
    // 300 sold: |200 − 300|.
    expect(buckets.take(-300)).toBeCloseTo((100 + 500 + 500 + 100) / (4 * 500), 12)
  })

  it('counts whole units', () => {
    const buckets = new VolumeBuckets()
    expect([buckets.take(250.4), buckets.take(-249.6)]).toEqual([0, 0])
    expect([buckets.take(0.4), buckets.take(499.5)]).toEqual([0, 0.5])
  })

  it('looks at the last 50 buckets', () => {
    const buckets = new VolumeBuckets()
    buckets.take(250)
    expect(buckets.take(-250)).toBe(0)
    expect(buckets.take(49 * 500)).toBeCloseTo(49 / 50, 12)
    expect(buckets.take(500)).toBe(1)
  })

  it('is a share, whatever flows', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -3000, max: 3000, noNaN: true }), { maxLength: 200 }), (flows) => {
        const buckets = new VolumeBuckets()
        for (const flow of flows) {
          const vpin = buckets.take(flow)
          expect(vpin).toBeGreaterThanOrEqual(0)
          expect(vpin).toBeLessThanOrEqual(1 + 1e-12)
        }
      }),
    )
  })
})

describe('alerts', () => {
  it('are shown once in 21 snapshots while their cause lasts, each by itself', () => {
    const memory = new AlertMemory()
    const shown = Array.from({ length: 45 }, (_, index) => memory.show(index === 5 ? 0b011 : 0b001))
    expect(shown.flatMap((bits, index) => (bits === 0 ? [] : [[index, bits]]))).toEqual([
      [0, 0b001],
      [5, 0b010],
      [21, 0b001],
      [42, 0b001],
    ])
  })
})

describe('the analytics of a session', () => {
  const feed = { mode: 'REPLAY', symbol: 'X' } as Feed
  const alarming = best(100, 300, 100.01, 10)

  it('join a snapshot to the one before it', () => {
    const analytics = new SessionAnalytics()
    expect(analytics.follow(feed, 4, alarming)).toEqual({ ofi: 0, vpin: 0, alerts: 1 })
    expect(analytics.follow(feed, 5, best(101, 300, 101.01, 10))).toEqual({ ofi: 310, vpin: 0, alerts: 0 })
    expect(analytics.follow(feed, 6, best(102, 300, 102.01, 10))).toEqual({ ofi: 310, vpin: 1, alerts: 0 })
  })

  it.each([
    ['after a gap', feed, 7],
    ['again', feed, 5],
    ['for another symbol', { ...feed, symbol: 'Y' } as Feed, 6],
    ['in another mode', { ...feed, mode: 'LIVE' } as Feed, 6],
  ])('begin anew %s', (_how, next, seq) => {
    const analytics = new SessionAnalytics()
    analytics.follow(feed, 4, alarming)
    analytics.follow(feed, 5, best(101, 600, 101.01, 10))
    expect(analytics.follow(next, seq, best(102, 300, 102.01, 10))).toEqual({ ofi: 0, vpin: 0, alerts: 1 })
  })
})
