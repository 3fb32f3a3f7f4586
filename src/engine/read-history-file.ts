import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { type HistorySummary, readHistory } from '../check/history/read-history.ts'
import type { Observer } from '../core/event.ts'

const readBytes = 1 << 20

/** Gives each event of a history file to the observer. A run that was killed early may not even have made the file. */
export function readHistoryFile(path: string, observer: Observer): Promise<HistorySummary> {
  return readHistory(basename(path), readChunks(path), observer)
}

async function* readChunks(path: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: readBytes })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
