import { describe, expect, it } from 'vitest'
import type { Level, SnapshotJson } from '../wire/snapshot.ts'
import { AnalyticsFollower } from './follow-analytics.ts'

const promised = () => new AnalyticsFollower({ analytics: 'formulas' })

/** A book of one level a side unless more are given, whose shown numbers were computed by hand. */
function book(
  seq: number,
  bids: readonly Level[],
  asks: readonly Level[],
  more: Partial<SnapshotJson> = {},
): SnapshotJson {
  return { timestamp: '2024-01-02T09:30:00.000Z', seq, mode: 'REPLAY', symbol: 'BTCUSD', bids, asks, ...more }
}

const first = book(
  0,
  [
    [99.99, 10],
    [99.98, 30],
  ],
  [
    [100.01, 20],
    [100.02, 20],
  ],
  {
    best_bid: 99.99,
    best_ask: 100.01,
    mid_price: 100,
    spread: 0.02,
    obi: 0,
    microprice: (100.01 * 10 + 99.99 * 20) / 30,
    spoofing_risk: 0.75,
    regime: 'calm',
    ofi: 0,
    vpin: 0,
    anomalies: ['LAYERING'],
  },
)

describe('derived numbers', () => {
  it('are as the formulas have them', () => {
    expect(promised().follow(first)).toMatchObject({ compared: 11 })
    expect(promised().follow(first)).not.toHaveProperty('differences.0')
  })

  it.each([
    ['best_bid', 100],
    ['mid_price', 100.1],
    ['obi', 0.2],
    ['microprice', 100],
    ['spoofing_risk', 0.5],
    ['regime', 'wide'],
    ['ofi', 3],
    ['vpin', 0.1],
    ['anomalies', []],
  ])('differ where %s is %j', (field, received) => {
    const seen = promised().follow({ ...first, [field]: received })
    expect(seen?.differences).toEqual([expect.objectContaining({ field, received })])
  })

  it.each([
    ['the bid rises', [[100, 7]], [[100.01, 20]], 7],
    ['the bid falls', [[99.98, 7]], [[100.01, 20]], -10],
    ['the bid stays and its volume changes', [[99.99, 4]], [[100.01, 20]], -6],
    ['the ask falls', [[99.99, 10]], [[100, 9]], -9],
    ['the ask rises', [[99.99, 10]], [[100.02, 9]], 20],
    ['the ask stays and its volume changes', [[99.99, 10]], [[100.01, 5]], 15],
  ] as const)('show the flow of orders when %s', (_what, bids, asks, ofi) => {
    const follower = promised()
    follower.follow(first)
    const seen = follower.follow(book(1, bids, asks, { ofi }))
    expect(seen).toMatchObject({ compared: 1 })
    expect(seen?.differences).toBeUndefined()
  })

  it('show how one-sided the last full buckets of volume are', () => {
    const follower = promised()
    follower.follow(book(0, [[1, 100]], [[2, 100]], { vpin: 0 }))
    // Buyers 400, then sellers 200: the first bucket of 500 is 400 to 100, and 100 by sellers are in the next.
    expect(follower.follow(book(1, [[1, 500]], [[2, 100]], { ofi: 400, vpin: 0 }))?.differences).toBeUndefined()
    const vpin = 300 / 500
    expect(follower.follow(book(2, [[1, 300]], [[2, 100]], { ofi: -200, vpin }))?.differences).toBeUndefined()
    // Sellers 900 fill the second and the third bucket alone, and the 100 that are left wait for more.
    const later = (300 + 500 + 500) / (3 * 500)
    expect(follower.follow(book(3, [[1, 300]], [[2, 1100]], { ofi: -1000, vpin: later }))?.differences).toBeUndefined()
  })

  it('raise an alert once in so many snapshots', () => {
    const follower = promised()
    const wide = (seq: number, anomalies: string[]) =>
      follower.follow(book(seq, [[1, 10]], [[1.08, 10]], { anomalies }))?.differences
    expect(wide(0, ['WIDE_SPREAD'])).toBeUndefined()
    for (let seq = 1; seq <= 20; seq++) expect(wide(seq, [])).toBeUndefined()
    expect(wide(21, [])).toEqual([{ field: 'anomalies', expected: ['WIDE_SPREAD'], received: [] }])
    expect(wide(22, ['WIDE_SPREAD'])).toBeUndefined()
  })
})

describe('what hangs on books that were not received', () => {
  const flowOf = (...snapshots: readonly SnapshotJson[]) => {
    const follower = promised()
    return snapshots.map((snapshot) => follower.follow({ ...snapshot, ofi: 12345, vpin: 12345 })?.compared ?? 0).at(-1)
  }
  const plain = (seq: number, more: Partial<SnapshotJson> = {}) => book(seq, [[1, 10]], [[1.01, 10]], more)

  it.each([
    ['at the very first', [plain(0)], 2],
    ['in the middle of a session', [plain(7)], 0],
    ['one after that: the flow is known, and not what was before', [plain(7), plain(8)], 1],
    ['behind a gap', [plain(0), plain(2)], 0],
    ['where some were dropped', [plain(0), plain(5, { dropped: 4, symbol: 'ETHUSD' })], 0],
    ['after a step back', [plain(0), plain(1), plain(0)], 2],
    ['after a switch', [plain(0), plain(1), plain(2, { symbol: 'ETHUSD' })], 2],
    ['in a live feed that left a step out', [plain(0, { mode: 'LIVE' }), plain(5, { mode: 'LIVE' })], 2],
    ['behind a book without bids', [plain(0), book(1, [], [[1, 1]]), plain(2)], 0],
  ])('is not compared: %s', (_when, snapshots, compared) => expect(flowOf(...snapshots)).toBe(compared))
})

describe('a server that promises no formulas', () => {
  it('is held to what the words mean alone', () => {
    const follower = new AnalyticsFollower({ analytics: 'announced' })
    const otherWay = { ...first, obi: 9, ofi: 9, vpin: 9, regime: 'trending', mid_price: 100.001, best_bid: 99.99 }
    expect(follower.follow(otherWay)?.differences).toBeUndefined()
    expect(follower.follow({ ...first, mid_price: 170 })?.differences).toMatchObject([{ field: 'mid_price' }])
  })

  it('may promise them', () => {
    const follower = new AnalyticsFollower({ analytics: 'announced' })
    follower.announce('mcsim/1')
    expect(follower.follow({ ...first, obi: 9 })?.differences).toMatchObject([{ field: 'obi', expected: 0 }])
  })

  it('is not compared at all where the scenario says so', () => {
    expect(new AnalyticsFollower({ analytics: 'off' }).follow({ ...first, mid_price: 170 })).toBeUndefined()
  })
})

it('a server that promises no formulas may round to the places that it shows', () => {
  const announced = () => new AnalyticsFollower({ analytics: 'announced' })
  const cheap = (mid_price: number) => announced().follow(book(0, [[0.4512, 1]], [[0.4513, 1]], { mid_price }))
  expect(cheap(0.45)?.differences).toBeUndefined()
  expect(cheap(0.46)?.differences).toHaveLength(1)
})
