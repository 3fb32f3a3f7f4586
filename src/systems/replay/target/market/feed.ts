import type { Level, Mode } from '../../wire/snapshot.ts'

/** One state of an order book: bids from the highest price down, asks from the lowest up, at least one of each. */
export interface Book {
  readonly bids: Level[]
  readonly asks: Level[]
}

/** The snapshots of one symbol in one market, by their numbers. Same number, same book, whoever asks. */
export interface Feed {
  readonly mode: Mode
  readonly symbol: string
  /** Of the last snapshot; undefined where there is none. */
  readonly endMs: number | undefined
  /** Market time; undefined where there is no such snapshot. */
  timeOf(seq: number): number | undefined
  /** The first snapshot after a point in market time; undefined is before the beginning. */
  seqAfter(cursorMs: number | undefined): number
  /** A book of the caller's own. */
  bookAt(seq: number): Book
}

/** A market: one feed for each symbol, all with their snapshots in the same market time. */
export interface Market {
  readonly mode: Mode
  feedOf(symbol: string): Feed
}
