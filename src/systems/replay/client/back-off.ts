import type { Recorder } from '../../../core/client.ts'

/** So often something is tried that a server denies because it was asked too often. */
const maxAttempts = 5
const usualWaitMs = 1000
const maxWaitMs = 60_000

export const isLastAttempt = (attempt: number) => attempt >= maxAttempts

/** Waits as long as the server asks for, or a second; the history says so, because that time is not the server's. */
export async function backOff(
  recorder: Recorder,
  connection: number,
  retryAfterMs: number | undefined,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  const ms = Math.min(retryAfterMs ?? usualWaitMs, maxWaitMs)
  recorder.fault(connection, 'local-wait', { ms })
  await wait(ms)
}
