/** A limit on how many pieces of work go on at a time; the others wait in the order in which they came. */
export class WorkSlots {
  private free: number
  private readonly waiting: (() => void)[] = []

  constructor(slots: number) {
    this.free = slots
  }

  /** Resolves when there is a slot. Whoever enters calls `leave` once. */
  async enter(): Promise<void> {
    if (this.free > 0) this.free--
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  leave(): void {
    const next = this.waiting.shift()
    // The slot goes from hand to hand, so that nobody who comes now is faster than those who wait.
    if (next) next()
    else this.free++
  }

  get waitingCount(): number {
    return this.waiting.length
  }
}
