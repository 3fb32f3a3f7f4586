import { setTimeout as delay } from 'node:timers/promises'
import { shareWidely } from './share-widely.ts'

/** How long what has begun may go on when the user stops the run. */
const drainLimitMs = 10_000

/** The two ways in which a run is brought to its end before its plan is done. */
export interface RunStops {
  /** Aborted: nobody arrives any more, and no client begins another iteration. */
  readonly draining: AbortSignal
  /** Aborted: all clients are told to settle at once. */
  readonly signal: AbortSignal
}

export interface WatchedStops extends RunStops {
  /** Why the run did not come to the end of its plan; undefined where it did. */
  describe(): string | undefined
  /** The run is over. */
  forget(): void
}

/** The user's stop drains the run, and ends it where that takes long; its own time limit ends it at once. */
export function watchStops(user: AbortSignal, maxDurationMs: number): WatchedStops {
  const timeLimit = AbortSignal.timeout(maxDurationMs)
  const drained = new AbortController()
  const over = new AbortController()
  const limitDrain = () =>
    void delay(drainLimitMs, undefined, { signal: over.signal }).then(
      () => drained.abort(),
      () => {},
    )
  if (user.aborted) limitDrain()
  else user.addEventListener('abort', limitDrain, { once: true, signal: over.signal })
  return {
    draining: shareWidely(AbortSignal.any([user, timeLimit])),
    signal: shareWidely(AbortSignal.any([drained.signal, timeLimit])),
    describe() {
      if (user.aborted) return 'the run was stopped before its plan was done'
      if (timeLimit.aborted)
        return `the run met its time limit (maxDuration) of ${maxDurationMs} ms before its plan was done`
      return undefined
    },
    forget: () => over.abort(),
  }
}
