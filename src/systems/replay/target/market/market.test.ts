import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usualSymbols } from '../../params/symbols.ts'
import { computeBookNumbers } from '../analytics/book-numbers.ts'
import type { Book } from './feed.ts'
import { generateBook } from './generate-book.ts'
import { generateMarket } from './generated-market.ts'
import { readMarketFile } from './read-market-file.ts'
import { replayRecordings } from './recorded-market.ts'

const anySeed = fc.integer({ min: 0, max: 0xffff_ffff })
const anySeq = fc.integer({ min: 0, max: 2 ** 40 })
const common = { mode: 'REPLAY', symbols: usualSymbols, seed: 1, startMs: 1000, stepMs: 250 } as const

describe('a generated book', () => {
  it('has ten levels a side, best first, at prices of whole ticks and whole volumes', () => {
    fc.assert(
      fc.property(anySeed, anySeq, fc.integer({ min: 10_000, max: 10_000_000 }), (seed, seq, baseTicks) => {
        const { bids, asks } = generateBook(seed, baseTicks, seq)
        for (const side of [bids, asks]) {
          expect(side).toHaveLength(10)
          for (const [price, volume] of side) {
            expect(price).toBe(Number(price.toFixed(2)))
            expect(volume).toBeGreaterThan(0)
            expect(Number.isInteger(volume)).toBe(true)
          }
        }
        const prices = [...asks.map(([price]) => price).reverse(), ...bids.map(([price]) => price)]
        for (let i = 1; i < prices.length; i++) expect(prices[i - 1] as number).toBeGreaterThan(prices[i] as number)
      }),
    )
  })

  it('is the same whenever it is asked for, and another one for another seed', () => {
    expect(generateBook(7, 10_000, 123_456)).toEqual(generateBook(7, 10_000, 123_456))
    expect(generateBook(7, 10_000, 123_456)).not.toEqual(generateBook(8, 10_000, 123_456))
  })

  it('is near the one before it', () => {
    fc.assert(
      fc.property(anySeed, anySeq, (seed, seq) => {
        const [before, after] = [generateBook(seed, 10_000, seq), generateBook(seed, 10_000, seq + 1)]
        const moved = Math.abs((after.bids[0]?.[0] as number) - (before.bids[0]?.[0] as number)) * 100
        expect(moved).toBeLessThan(9)
      }),
    )
  })

  it('is alarming, wide and lopsided every few dozen books', () => {
    const seen = { IMBALANCE: 0, WIDE_SPREAD: 0, LAYERING: 0, calm: 0, wide: 0, imbalanced: 0 }
    for (let seq = 0; seq < 2000; seq++) {
      const { alerts, regime } = computeBookNumbers(generateBook(3, 10_000, seq))
      seen[regime]++
      for (const [bit, name] of (['IMBALANCE', 'WIDE_SPREAD', 'LAYERING'] as const).entries()) {
        if (alerts & (1 << bit)) seen[name]++
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(2000 / 50)
  })
})

describe('a generated market', () => {
  it('has its symbols in price ranges of their own, and at the same times', () => {
    const market = generateMarket({ ...common, rows: 5000 })
    const ranges = usualSymbols.map((symbol) => {
      const feed = market.feedOf(symbol)
      const prices = Array.from({ length: 5000 }, (_, seq) => feed.bookAt(seq)).flatMap(({ bids, asks }: Book) => [
        bids.at(-1)?.[0] as number,
        asks.at(-1)?.[0] as number,
      ])
      expect([feed.timeOf(0), feed.timeOf(4), feed.timeOf(4999), feed.timeOf(5000)]).toEqual([
        1000,
        2000,
        1000 + 4999 * 250,
        undefined,
      ])
      return { lowest: Math.min(...prices), highest: Math.max(...prices) }
    })
    for (const [i, range] of ranges.slice(1).entries()) expect(range.lowest).toBeGreaterThan(ranges[i]!.highest + 50)
  })

  it('finds the first snapshot after any time', () => {
    const feed = generateMarket({ ...common, rows: undefined }).feedOf('ETHUSD')
    expect([undefined, 0, 999, 1000, 1001, 1249, 1250].map((at) => feed.seqAfter(at))).toEqual([0, 0, 0, 1, 1, 1, 2])
    expect(feed.endMs).toBeUndefined()
  })
})

describe('a recorded market', () => {
  let folder: string
  const write = async (...lines: string[]) => {
    const path = join(folder, 'market.csv')
    await writeFile(path, `${lines.join('\n')}\n`)
    return path
  }
  const header = 'timestamp,symbol,bid_price_1,bid_volume_1,bid_price_2,bid_volume_2,ask_price_1,ask_volume_1'

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcsim-market-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is read from a CSV, symbol by symbol', async () => {
    const path = await write(
      header,
      '1700000000,X,10,1,9,2,11,3',
      '1700000000,Y,20,4,,,21,5',
      '1700000000.25,X,10,6,9,7,12,8',
    )
    const market = replayRecordings(await readMarketFile(path, 'none'))
    const [x, y] = [market.feedOf('X'), market.feedOf('Y')]
    expect([x.timeOf(0), x.timeOf(1), x.timeOf(2), x.endMs]).toEqual([
      1700000000000,
      1700000000250,
      undefined,
      1700000000250,
    ])
    expect(x.bookAt(1)).toEqual({
      bids: [
        [10, 6],
        [9, 7],
      ],
      asks: [[12, 8]],
    })
    expect(y.bookAt(0)).toEqual({ bids: [[20, 4]], asks: [[21, 5]] })
    expect([undefined, 1699999999999, 1700000000000, 1700000000100, 1700000000250].map((at) => x.seqAfter(at))).toEqual(
      [0, 0, 1, 1, 2],
    )
  })

  it('keeps its books from what is done to those that it gives', async () => {
    const path = await write(header.replace('symbol,', ''), '2024-01-01 00:00:00,10,1,,,11,3')
    const feed = replayRecordings(await readMarketFile(path, 'Z')).feedOf('Z')
    feed.bookAt(0).bids[0] = [1, 1]
    expect(feed.bookAt(0).bids).toEqual([[10, 1]])
  })

  it.each([
    ['no time', '?,X,10,1,9,2,11,3', ':2: got timestamp "?"'],
    ['a time beyond all dates', '1e60,X,10,1,9,2,11,3', ':2: got timestamp "1e60"'],
    ['no price', '1700000000,X,,1,9,2,11,3', ':2: bid level 1'],
    ['no best ask', '1700000000,X,10,1,9,2,,', ':2: there is no ask_price_1'],
    ['levels out of order', '1700000000,X,10,1,10,2,11,3', ':2: bid level 2'],
    ['too few columns', '1700000000,X', 'Invalid Record Length'],
  ])('is refused with the line that has %s', async (_what, row, message) => {
    await expect(readMarketFile(await write(header, row), 'X')).rejects.toThrow(message)
  })

  it('is refused where times do not rise, and where there is nothing', async () => {
    const twice = await write(header, '1700000000,X,10,1,9,2,11,3', '1700000000,X,10,1,9,2,11,3')
    await expect(readMarketFile(twice, 'X')).rejects.toThrow(':3: the timestamp is not a millisecond')
    await expect(readMarketFile(await write(header), 'X')).rejects.toThrow('there are no rows')
    await expect(readMarketFile(join(folder, 'none.csv'), 'X')).rejects.toThrow('ENOENT')
  })
})
