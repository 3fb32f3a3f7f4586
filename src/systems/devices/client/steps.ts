/** What a client waits for: calls `resume` once, when it has happened or at once. */
type Wait<T> = (resume: (value: T) => void) => void

/** What a client does, with its waits between. Each may go on in the very call that ends it. */
export type Steps<T> = Generator<Wait<unknown>, T, unknown>

/**
 * Goes through the steps; resolves with what they return, and rejects with what they throw. What comes after a wait runs
 * inside the call that ends it, where a promise would go on only when the event loop is free again. An answer's next
 * request is then there before undici has put the connection to rest, which saves a fifth of the CPU time per request.
 */
export function runSteps<T>(steps: Steps<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const advance = (value?: unknown): void => {
      try {
        const step = steps.next(value)
        if (step.done) resolve(step.value)
        else step.value(advance)
      } catch (error) {
        reject(error)
      }
    }
    advance()
  })
}

/** One wait for what calls back. */
export function* waitFor<T>(wait: Wait<T>): Steps<T> {
  return (yield wait as Wait<unknown>) as T
}

/** One wait for a promise that never rejects. */
export function untilSettled<T>(promise: Promise<T>): Steps<T> {
  return waitFor((resume) => void promise.then(resume))
}
