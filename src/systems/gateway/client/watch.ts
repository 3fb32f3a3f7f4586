/** Lets one flow wait until events have brought about what it waits for. Nothing waits without a time limit. */
export class Watch {
  private waiting: { readonly condition: () => boolean; readonly settle: (met: boolean) => void } | undefined

  /** To be called after every event on which a condition may depend. */
  notify(): void {
    if (this.waiting?.condition()) this.waiting.settle(true)
  }

  /** True: the condition holds. False: it did not come to hold within `limitMs`. */
  until(condition: () => boolean, limitMs: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true)
    if (this.waiting) throw new Error('one flow at a time can wait')
    return new Promise((resolve) => {
      const settle = (met: boolean) => {
        clearTimeout(timer)
        this.waiting = undefined
        resolve(met)
      }
      const timer = setTimeout(() => settle(false), limitMs)
      this.waiting = { condition, settle }
    })
  }
}
