/** What may have been the end of the data, and is a finding if it was not. */
interface Doubt {
  /** The furthest place that the data had at least. */
  highMs: number
  /** What arrives until then may have been sent before: it may still raise `highMs`. */
  readonly untilMs: number
  readonly confirm: () => void
}

/** More of them than this tell nothing new. */
const mostDoubts = 50

/**
 * Not every server says where its data end. One that stops there, or begins anew, looks as if somebody else had stopped it
 * or moved it back, until snapshots come that stand beyond: then the data did not end there.
 */
export class EndDoubts {
  private doubts: Doubt[] = none

  get count(): number {
    return this.doubts.length
  }

  /** `untilMs`: how long what was sent before may still arrive. */
  add(highMs: number, untilMs: number, confirm: () => void): void {
    if (this.doubts.length < mostDoubts) this.doubts = this.doubts.concat({ highMs, untilMs, confirm })
  }

  /** A snapshot has come. */
  take(placeMs: number, arrivedAtMs: number): void {
    for (let i = this.doubts.length - 1; i >= 0; i--) {
      const doubt = this.doubts[i] as Doubt
      if (placeMs <= doubt.highMs) continue
      if (arrivedAtMs <= doubt.untilMs) doubt.highMs = placeMs
      else {
        this.doubts.splice(i, 1)
        doubt.confirm()
      }
    }
  }

  /** Other data come, which end elsewhere. So many are left undecided. */
  clear(): number {
    const { length } = this.doubts
    this.doubts = none
    return length
  }
}

/** Shared, and never written to: hardly any viewer has one. */
const none: Doubt[] = []
