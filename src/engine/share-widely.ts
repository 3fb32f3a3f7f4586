import { setMaxListeners } from 'node:events'

/** Lets thousands of clients listen to one signal without a warning of a leak. */
export function shareWidely(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal)
  return signal
}
