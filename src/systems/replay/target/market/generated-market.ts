import { hash32 } from '../../../../core/hash.ts'
import type { Mode } from '../../wire/snapshot.ts'
import type { Feed, Market } from './feed.ts'
import { generateBook } from './generate-book.ts'

/** Ticks between the prices at which two neighbours of the list of symbols live: far more than either ever moves. */
const ticksApart = 10_000

interface GeneratedMarketOptions {
  readonly mode: Mode
  readonly symbols: readonly string[]
  readonly seed: number
  /** Market time of the first snapshot. */
  readonly startMs: number
  readonly stepMs: number
  /** Undefined: without end. */
  readonly rows: number | undefined
}

/** A market that needs no data and no memory. */
export function generateMarket({ symbols, ...common }: GeneratedMarketOptions): Market {
  const feeds = new Map<string, Feed>()
  return {
    mode: common.mode,
    feedOf(symbol) {
      const known = feeds.get(symbol)
      if (known) return known
      const feed = new GeneratedFeed(symbol, (symbols.indexOf(symbol) + 1) * ticksApart, common)
      feeds.set(symbol, feed)
      return feed
    },
  }
}

class GeneratedFeed implements Feed {
  readonly symbol: string
  private readonly baseTicks: number
  private readonly seed: number
  private readonly market: Omit<GeneratedMarketOptions, 'symbols'>

  constructor(symbol: string, baseTicks: number, market: Omit<GeneratedMarketOptions, 'symbols'>) {
    this.symbol = symbol
    this.baseTicks = baseTicks
    this.seed = hash32(symbol, market.seed)
    this.market = market
  }

  get mode(): Mode {
    return this.market.mode
  }

  get endMs(): number | undefined {
    const { startMs, stepMs, rows } = this.market
    return rows === undefined ? undefined : startMs + (rows - 1) * stepMs
  }

  timeOf(seq: number): number | undefined {
    const { startMs, stepMs, rows } = this.market
    return rows === undefined || seq < rows ? startMs + seq * stepMs : undefined
  }

  seqAfter(cursorMs: number | undefined): number {
    const { startMs, stepMs } = this.market
    return cursorMs === undefined ? 0 : Math.max(0, Math.floor((cursorMs - startMs) / stepMs) + 1)
  }

  bookAt(seq: number) {
    return generateBook(this.seed, this.baseTicks, seq)
  }
}
