import { setTimeout as delay } from 'node:timers/promises'

/** Resolves after the time or at the abort, whichever is first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {})
}
