/** Lets somebody wait for what others bring about. */
export class Notice {
  private readonly waiting = new Set<() => void>()

  /** Something has changed: whoever waits looks again. */
  wake(): void {
    for (const look of this.waiting) look()
  }

  /** Resolves with true as soon as the test holds, or with false after the limit or at the abort. */
  until(test: () => boolean, limitMs: number, signal: AbortSignal): Promise<boolean> {
    if (test() || limitMs <= 0 || signal.aborted) return Promise.resolve(test())
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(limit)
        this.waiting.delete(look)
        signal.removeEventListener('abort', finish)
        resolve(test())
      }
      const look = () => {
        if (test()) finish()
      }
      const limit = setTimeout(finish, limitMs)
      this.waiting.add(look)
      signal.addEventListener('abort', finish, { once: true })
    })
  }
}
