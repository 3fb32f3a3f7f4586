import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { encodeHistory } from '../check/history/encode-history.ts'
import type { Observer } from '../core/event.ts'
import type { Json } from '../core/json.ts'

/** How many bytes are gathered before they go to the file. */
const blockBytes = 1 << 16

export interface HistoryFile extends Observer {
  /** Hands what is gathered to the operating system, so that a killed run loses little. */
  flush(): void
  /**
   * Writes the end record with what the thread knows beside its events. Returns how many events found no room. Rejects
   * where the disk did not take everything.
   */
  close(facts: Json): Promise<number>
}

export interface HistoryOptions {
  readonly runId: string
  readonly thread: number
  /** When so many bytes are written, further events are only counted. */
  readonly limitBytes?: number | undefined
}

/** Opens the history file of one thread. A disk that is full or gone is told when the file is closed. */
export async function openHistory(path: string, options: HistoryOptions): Promise<HistoryFile> {
  const { runId, thread, limitBytes = Number.POSITIVE_INFINITY } = options
  const encoder = encodeHistory(runId, thread)
  const file = createWriteStream(path)
  await once(file, 'open')
  let failure: Error | undefined
  let writtenBytes = 0
  let unwritten = 0
  let isClosed = false
  file.on('error', (error) => {
    failure ??= error
  })
  const flush = () => {
    if (encoder.pendingBytes === 0 || failure) return
    writtenBytes += encoder.pendingBytes
    file.write(encoder.take())
  }
  return {
    observe(event) {
      if (isClosed) return
      if (writtenBytes + encoder.pendingBytes >= limitBytes) {
        unwritten++
        return
      }
      encoder.encode(event)
      if (encoder.pendingBytes >= blockBytes) flush()
    },
    flush,
    async close(facts) {
      isClosed = true
      encoder.end({ unwritten, facts })
      flush()
      if (!failure) {
        file.end()
        await once(file, 'close')
      }
      if (failure) throw failure
      return unwritten
    },
  }
}
