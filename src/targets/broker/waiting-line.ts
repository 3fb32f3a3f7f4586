import { withTimeLimit } from './time-limit.ts'

/** Those who wait for one event, each no longer than its limit. */
export interface WaitingLine<T> {
  /** Rejects with a `BrokerError` after `limitMs`. */
  join(limitMs: number, what: string): Promise<T>
  resolveAll(value: T): void
  rejectAll(error: Error): void
}

export function createWaitingLine<T>(): WaitingLine<T> {
  const waiters = new Set<{ resolve: (value: T) => void; reject: (error: Error) => void }>()
  return {
    join(limitMs, what) {
      let leave = () => {}
      const turn = new Promise<T>((resolve, reject) => {
        const waiter = { resolve, reject }
        waiters.add(waiter)
        leave = () => waiters.delete(waiter)
      })
      return withTimeLimit(turn, limitMs, what).finally(leave)
    },
    resolveAll(value) {
      for (const { resolve } of waiters) resolve(value)
    },
    rejectAll(error) {
      for (const { reject } of waiters) reject(error)
    },
  }
}
