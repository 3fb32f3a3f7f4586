const windowMs = 60_000

/** So many requests a minute from one address: a minute begins with its first request. */
export class RequestLimiter {
  private readonly perMinute: number
  private readonly windows = new Map<string, { endsMs: number; left: number }>()

  /** 0: unlimited. */
  constructor(perMinute: number) {
    this.perMinute = perMinute
  }

  /** 0: go on. Otherwise the seconds until there is room again. */
  take(address: string): number {
    if (this.perMinute === 0) return 0
    const nowMs = performance.now()
    const window = this.windows.get(address)
    if (!window || window.endsMs <= nowMs) {
      this.windows.set(address, { endsMs: nowMs + windowMs, left: this.perMinute - 1 })
      return 0
    }
    if (window.left === 0) return Math.ceil((window.endsMs - nowMs) / 1000)
    window.left--
    return 0
  }

  /** Forgets who has not been heard of. */
  sweep(): void {
    const nowMs = performance.now()
    for (const [address, { endsMs }] of this.windows) if (endsMs <= nowMs) this.windows.delete(address)
  }
}
