import type { SnapshotValue } from '../workload/event-values.ts'

/** So many are kept: some more than a history has. */
const kept = 256
/** There is room for so many at first: most of ten thousand viewers get few. */
const fewest = 16

/** The last snapshots of a session that its viewer received, each as one number. */
export class RecentSnapshots {
  private keys: Float64Array | undefined
  private count = 0

  clear(): void {
    this.count = 0
  }

  get isEmpty(): boolean {
    return this.count === 0
  }

  /** All that were ever added are still kept. */
  get isWhole(): boolean {
    return this.count <= kept
  }

  add(value: SnapshotValue): void {
    const place = this.count++ % kept
    this.keys = makeRoom(this.keys, place)
    this.keys[place] = keyOf(value)
  }

  has(value: SnapshotValue): boolean {
    const { keys } = this
    if (!keys) return false
    const key = keyOf(value)
    const until = Math.min(this.count, kept)
    for (let i = 0; i < until; i++) if (keys[i] === key) return true
    return false
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
