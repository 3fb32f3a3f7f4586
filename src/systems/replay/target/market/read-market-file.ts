import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { parse } from 'csv-parse'
import { McsimError } from '../../../../core/errors.ts'
import { type Level, readTimestamp } from '../../wire/snapshot.ts'
import type { Book } from './feed.ts'
import type { Recording } from './recorded-market.ts'

const deepest = 10

type Row = Readonly<Record<string, string>>

/**
 * Reads a CSV with the header `timestamp`, `bid_price_1`, `bid_volume_1`, `ask_price_1`, `ask_volume_1` and so on to 10,
 * and `symbol` where there are several; the order of columns does not matter, and further ones are ignored. Level 1 is
 * the best; deeper ones may be empty or left out. A timestamp is ISO 8601 or a number, as `readTimestamp` has it, and
 * a millisecond or more later in each further row of a symbol. Without symbols all rows are of `defaultSymbol`.
 */
export async function readMarketFile(path: string, defaultSymbol: string): Promise<readonly Recording[]> {
  const bySymbol = new Map<string, { readonly times: number[]; readonly books: Book[] }>()
  let line = 1
  try {
    const parser = parse({ columns: true, trim: true, skip_empty_lines: true })
    await pipeline(createReadStream(path), parser, async (rows: AsyncIterable<Row>) => {
      for await (const row of rows) {
        line++
        const symbol = row['symbol'] || defaultSymbol
        const recorded = bySymbol.get(symbol) ?? { times: [], books: [] }
        bySymbol.set(symbol, recorded)
        recorded.times.push(readTime(row, recorded.times.at(-1)))
        recorded.books.push({ bids: readSide(row, 'bid', -1), asks: readSide(row, 'ask', 1) })
      }
    })
  } catch (error) {
    throw explain(path, line, error as Error)
  }
  if (bySymbol.size === 0) throw explain(path, line, new Error('there are no rows'))
  return [...bySymbol].map(([symbol, { times, books }]) => ({ symbol, timesMs: Float64Array.from(times), books }))
}

function readTime(row: Row, previousMs = Number.NEGATIVE_INFINITY): number {
  const atMs = Math.round(readTimestamp(row['timestamp']) ?? Number.NaN)
  if (Number.isNaN(new Date(atMs).getTime()))
    throw new Error(`got timestamp ${JSON.stringify(row['timestamp'])}, expected a time`)
  if (atMs <= previousMs) throw new Error('the timestamp is not a millisecond or more after the one before it')
  return atMs
}

/** Prices fall from level to level with `away` -1, and rise with 1. */
function readSide(row: Row, name: 'bid' | 'ask', away: 1 | -1): Level[] {
  const side: Level[] = []
  for (let level = 1; level <= deepest; level++) {
    const [priceText, volumeText] = [row[`${name}_price_${level}`], row[`${name}_volume_${level}`]]
    if (!priceText && !volumeText) break
    const [price, volume] = [Number(priceText || Number.NaN), Number(volumeText || Number.NaN)]
    if (!(price > 0 && volume > 0)) throw new Error(`${name} level ${level} has no price and volume above 0`)
    const previous = side.at(-1)
    if (previous && (price - previous[0]) * away <= 0) throw new Error(`${name} level ${level} is not behind the last`)
    side.push([price, volume])
  }
  if (side.length === 0) throw new Error(`there is no ${name}_price_1 with a ${name}_volume_1`)
  return side
}

function explain(path: string, line: number, error: Error): McsimError {
  return new McsimError({
    code: 'unreadable-market-data',
    message: `${path}:${line}: ${error.message}`,
    hint: 'Expected a CSV with the columns timestamp, bid_price_1, bid_volume_1, ask_price_1, ask_volume_1, … _10, symbol.',
  })
}
