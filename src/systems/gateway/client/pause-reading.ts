import type { UploadContext } from './upload-context.ts'

/** Reads nothing for a while, where the scenario wants a slow reader, so that what the server sends piles up. */
export async function pauseReading({ link, recorder, settings }: UploadContext): Promise<void> {
  if (settings.readPauseMs === 0) return
  recorder.fault(link.connection.number, 'slow-reader', { pauseMs: settings.readPauseMs })
  link.connection.pause()
  await link.watch.until(() => link.failure !== undefined, settings.readPauseMs)
  link.connection.resume()
}
