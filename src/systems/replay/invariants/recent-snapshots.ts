import type { SnapshotValue } from '../workload/event-values.ts'

/** So many are kept: some more than a history has. */
const kept = 256
/** Of so many together the earliest time is kept. */
const blockLength = 64
const blocks = kept / blockLength
/** There is room for so many at first: most of ten thousand viewers get few. */
const fewest = 16

/** The last snapshots of a session that its viewer received, each as one number. */
export class RecentSnapshots {
  private keys: Float64Array | undefined
  private count = 0
  /** The earliest times of the last blocks since the stretch began, the present one last. */
  private earliest: number[] = []
  private inBlock = 0

  clear(): void {
    this.count = 0
    this.interrupt()
  }

  /** Something may be missing between what came and what comes. */
  interrupt(): void {
    this.earliest = []
    this.inBlock = 0
  }

  /** From here up to the last one that was added none is missing. */
  get wholeFromMs(): number {
    return Math.min(...this.earliest)
  }

  add(value: SnapshotValue): void {
    const place = this.count++ % kept
    this.keys = makeRoom(this.keys, place)
    this.keys[place] = keyOf(value)
    if (this.earliest.length === 0 || this.inBlock === blockLength) this.beginBlock()
    this.inBlock++
    const present = this.earliest.length - 1
    this.earliest[present] = Math.min(this.earliest[present] as number, value.atMs)
  }

  has(value: SnapshotValue): boolean {
    const { keys } = this
    if (!keys) return false
    const key = keyOf(value)
    const until = Math.min(this.count, kept)
    for (let i = 0; i < until; i++) if (keys[i] === key) return true
    return false
  }

  private beginBlock(): void {
    this.earliest.push(Number.POSITIVE_INFINITY)
    if (this.earliest.length > blocks) this.earliest.shift()
    this.inBlock = 0
  }
}

function makeRoom(keys: Float64Array | undefined, place: number): Float64Array {
  if (keys && place < keys.length) return keys
  const grown = new Float64Array(keys ? Math.min(4 * keys.length, kept) : fewest)
  if (keys) grown.set(keys)
  return grown
}

/** 32 bits of the book and 20 of the time, which a double holds exactly. */
const keyOf = ({ book, atMs }: SnapshotValue) => book * 0x10_0000 + (Math.abs(Math.round(atMs)) % 0x10_0000)
