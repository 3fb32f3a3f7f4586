import type { Book, Feed, Market } from './feed.ts'

/** What was recorded of one symbol, sorted by time. */
export interface Recording {
  readonly symbol: string
  readonly timesMs: Float64Array
  readonly books: readonly Book[]
}

/** A market of recordings, to be replayed. */
export function replayRecordings(recordings: readonly Recording[]): Market {
  const feeds = new Map(recordings.map((recording) => [recording.symbol, new RecordedFeed(recording)]))
  return { mode: 'REPLAY', feedOf: (symbol) => feeds.get(symbol) as Feed }
}

class RecordedFeed implements Feed {
  readonly mode = 'REPLAY'
  readonly symbol: string
  private readonly recording: Recording

  constructor(recording: Recording) {
    this.symbol = recording.symbol
    this.recording = recording
  }

  get endMs(): number | undefined {
    return this.recording.timesMs.at(-1)
  }

  timeOf(seq: number): number | undefined {
    return this.recording.timesMs[seq]
  }

  seqAfter(cursorMs: number | undefined): number {
    if (cursorMs === undefined) return 0
    const { timesMs } = this.recording
    let [low, high] = [0, timesMs.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((timesMs[middle] as number) <= cursorMs) low = middle + 1
      else high = middle
    }
    return low
  }

  bookAt(seq: number): Book {
    const { bids, asks } = this.recording.books[seq] as Book
    return { bids: [...bids], asks: [...asks] }
  }
}
