import type { Observer, RunEvent } from '../core/event.ts'

/** So many are gathered at most. */
const mostEvents = 256

export interface BatchedObservers extends Observer {
  /** Hands on what is gathered. Wanted from time to time, and at the end. */
  flush(): void
  /** Hands on what is gathered, and nothing of what still comes. */
  end(): void
}

/**
 * Gathers events and hands them on, to each observer all of them in their order. One by one each would find the memory of the
 * observers, and their code, displaced by what else was done since the event before, and wait for it several times as long as
 * its work takes. `onError`: an observer threw.
 */
export function batchEvents(observers: readonly Observer[], onError: (error: unknown) => void): BatchedObservers {
  let events: RunEvent[] = []
  let isEnded = false
  const flush = () => {
    const batch = events
    events = []
    for (const observer of observers) {
      for (const event of batch) {
        try {
          observer.observe(event)
        } catch (error) {
          onError(error)
        }
      }
    }
  }
  return {
    observe(event) {
      if (!isEnded && events.push(event) >= mostEvents) flush()
    },
    flush,
    end() {
      flush()
      isEnded = true
    },
  }
}
