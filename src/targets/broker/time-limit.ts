import { BrokerError } from './broker.ts'

/** What `promise` brings, or a `BrokerError` when it has brought nothing in time. */
export function withTimeLimit<T>(promise: Promise<T>, limitMs: number, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new BrokerError('time-limit', `${what} took longer than ${limitMs / 1000} s`))
    }, limitMs)
    promise.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
