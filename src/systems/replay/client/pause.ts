import type { StopSignal } from '../../../transport/watch-socket.ts'

/** Resolves after the time or at the abort, whichever is first. Thousands may wait at once: no error is made to end it. */
export function pause(ms: number, signal: StopSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
