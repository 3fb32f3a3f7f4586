import { mix32 } from '../../../../core/hash.ts'
import { marketFormulas } from '../../params/market-formulas.ts'
import type { Level } from '../../wire/snapshot.ts'
import type { Book } from './feed.ts'

const levels = 10
const ticksPerUnit = Math.round(1 / marketFormulas.tick)

/** Largest distance of the mid price from where the symbol lives: the waves below, added up. */
const waves = [
  { ticks: 200, period: 256 },
  { ticks: 20, period: 32 },
  { ticks: 2, period: 4 },
] as const

/* Each number of a book is drawn by itself, from a channel of its own. */
const spreadChannel = 10
const pressureChannel = 11
const layerChannel = 12
const levelChannel = 20

/** Spreads in ticks, each as likely as it stands here often: wide now and then, alarming in one of 20. */
const spreads = [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 5, 7]

/**
 * A book of ten levels a side as a pure function of its number: any one can be asked for at any time, and neighbours are
 * alike. The mid price is a sum of waves, value noise between random points, around `baseTicks`, so that the best prices
 * move by a few ticks a step. Buyers and sellers press by turns, which shows in the volumes; now and then one level holds
 * much of its side.
 */
export function generateBook(seed: number, baseTicks: number, seq: number): Book {
  let midTicks = baseTicks
  for (const [channel, { ticks, period }] of waves.entries()) midTicks += ticks * wave(seed, channel, seq, period)
  const spread = spreads[Math.floor(draw(seed, spreadChannel, seq) * spreads.length)] as number
  const bestBid = Math.floor(midTicks - spread / 2)
  const pressure = 0.9 * wave(seed, pressureChannel, seq, 16)
  const book = {
    bids: generateSide(seed, seq, levelChannel, bestBid, -1, 1 + pressure),
    asks: generateSide(seed, seq, levelChannel + levels, bestBid + spread, 1, 1 - pressure),
  }
  layer(book, draw(seed, layerChannel, seq))
  return book
}

function generateSide(seed: number, seq: number, channel: number, best: number, away: 1 | -1, weight: number): Level[] {
  const side: Level[] = []
  let ticks = best
  for (let level = 0; level < levels; level++) {
    const drawn = draw(seed, channel + level, seq)
    side.push([ticks / ticksPerUnit, 1 + Math.floor(drawn * 60 * weight)])
    // The last digits of the same draw: one tick to the next level, or two.
    ticks += away * (drawn * 4096 - Math.floor(drawn * 4096) < 0.7 ? 1 : 2)
  }
  return side
}

/** One book in 16 has a level behind the best that stands out, on either side. */
function layer({ bids, asks }: Book, drawn: number): void {
  if (drawn >= 1 / 16) return
  const place = Math.floor(drawn * 16 * 2 * (levels - 1))
  const side = place % 2 === 0 ? bids : asks
  const level = 1 + (place >> 1)
  side[level] = [side[level]?.[0] as number, 300 + place]
}

/** -1 … 1: a straight line from one random point to the next, which are `period` apart. */
function wave(seed: number, channel: number, seq: number, period: number): number {
  const point = Math.floor(seq / period)
  const [from, to] = [draw(seed, channel, point), draw(seed, channel, point + 1)]
  return 2 * (from + (to - from) * (seq / period - point)) - 1
}

/** 0 ≤ x < 1 */
const draw = (seed: number, channel: number, index: number) => mix32(mix32(seed + channel) + index) / 0x1_0000_0000
