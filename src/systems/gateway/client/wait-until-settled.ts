import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

export interface SettleLimits {
  /** Files that stay unchanged this long are taken to be whole. */
  readonly settleMs: number
  /** How long nothing may change while a file is missing. */
  readonly idleMs: number
  readonly signal: AbortSignal
}

/**
 * Waits until all files are there and have not changed for `settleMs`, or until nothing has changed for `idleMs`, or
 * for the abort. It looks again and again, because results may lie on a network folder, where nobody is notified.
 */
export async function waitUntilSettled(paths: readonly string[], limits: SettleLimits): Promise<void> {
  const everyMs = Math.min(Math.max(limits.settleMs / 8, 10), 500)
  let seen = ''
  let sinceMs = performance.now()
  while (!limits.signal.aborted) {
    const states = await Promise.all(paths.map(describeFile))
    const now = states.join('\n')
    if (now !== seen) {
      seen = now
      sinceMs = performance.now()
    }
    const limitMs = states.includes('missing') ? limits.idleMs : limits.settleMs
    if (performance.now() - sinceMs >= limitMs) return
    await delay(everyMs, undefined, { signal: limits.signal }).catch(() => {})
  }
}

async function describeFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found ? `${found.size} ${found.mtimeMs}` : 'missing'
}
