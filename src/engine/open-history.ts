import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { encodeHistory } from '../check/history/encode-history.ts'
import type { Observer } from '../core/event.ts'

/** How many bytes are gathered before they go to the file. */
const blockBytes = 1 << 16

export interface HistoryFile extends Observer {
  /** Hands what is gathered to the operating system, so that a killed run loses little. */
  flush(): void
  /** Writes the end record. Rejects where the disk did not take everything. */
  close(): Promise<void>
}

/** Opens the history file of one thread. A disk that is full or gone is told when the file is closed. */
export async function openHistory(path: string, runId: string, thread: number): Promise<HistoryFile> {
  const encoder = encodeHistory(runId, thread)
  const file = createWriteStream(path)
  await once(file, 'open')
  let failure: Error | undefined
  file.on('error', (error) => {
    failure ??= error
  })
  const flush = () => {
    if (encoder.pendingBytes > 0 && !failure) file.write(encoder.take())
  }
  return {
    observe(event) {
      encoder.encode(event)
      if (encoder.pendingBytes >= blockBytes) flush()
    },
    flush,
    async close() {
      encoder.end()
      flush()
      if (!failure) {
        file.end()
        await once(file, 'close')
      }
      if (failure) throw failure
    },
  }
}
