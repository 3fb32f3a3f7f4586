import type { Recorder } from '../../../core/client.ts'

/** So often something is tried that a server denies because it was asked too often: a minute long, without its advice. */
const maxAttempts = 7
const firstWaitMs = 1000
const maxWaitMs = 60_000

export const isLastAttempt = (attempt: number) => attempt >= maxAttempts

/**
 * Waits as long as the server asks for, or a second and each time twice as long; the history says so, because that time is
 * not the server's. Attempts count from 1.
 */
export async function backOff(
  recorder: Recorder,
  connection: number,
  retryAfterMs: number | undefined,
  attempt: number,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  const ms = Math.min(retryAfterMs ?? firstWaitMs * 2 ** (attempt - 1), maxWaitMs)
  recorder.fault(connection, 'local-wait', { ms })
  await wait(ms)
}
