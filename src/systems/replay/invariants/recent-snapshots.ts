import type { SnapshotValue } from '../workload/event-values.ts'

/** So many are kept: some more than a history has. */
const kept = 256
/** Of so many together the earliest time is kept. */
const blockLength = 64
const blocks = kept / blockLength
/** There is room for so many more at a time: most of ten thousand viewers get few. */
const unused: readonly number[] = new Array(8).fill(-1)
const none: number[] = []

/** The last snapshots of a session that its viewer received, each as one number. */
export class RecentSnapshots {
  private keys: number[] = none
  private count = 0
  /** The earliest times of the last blocks since the stretch began, the present one last. */
  private earliest: number[] = none
  private inBlock = 0

  clear(): void {
    this.count = 0
    this.interrupt()
  }

  /** Something may be missing between what came and what comes. */
  interrupt(): void {
    this.earliest = none
    this.inBlock = 0
  }

  /** From here up to the last one that was added none is missing. */
  get wholeFromMs(): number {
    return Math.min(...this.earliest)
  }

  add(value: SnapshotValue): void {
    const place = this.count++ % kept
    if (place === this.keys.length) this.keys = this.keys.concat(unused)
    this.keys[place] = keyOf(value)
    if (this.earliest.length === 0 || this.inBlock === blockLength) this.beginBlock()
    this.inBlock++
    const present = this.earliest.length - 1
    this.earliest[present] = Math.min(this.earliest[present] as number, value.atMs)
  }

  has(value: SnapshotValue): boolean {
    const { keys } = this
    const key = keyOf(value)
    const until = Math.min(this.count, kept)
    for (let i = 0; i < until; i++) if (keys[i] === key) return true
    return false
  }

  private beginBlock(): void {
    this.earliest = this.earliest.slice(1 - blocks).concat(Number.POSITIVE_INFINITY)
    this.inBlock = 0
  }
}

/** 32 bits of the book and 20 of the time, which a double holds exactly. */
const keyOf = ({ book, atMs }: SnapshotValue) => book * 0x10_0000 + (Math.abs(Math.round(atMs)) % 0x10_0000)
