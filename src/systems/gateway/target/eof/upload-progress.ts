import { ChunkSet } from './chunk-set.ts'

interface Channel {
  readonly seen: ChunkSet
  total: number | undefined
}

/** Plain data of an `UploadProgress`, for a checkpoint. */
export interface SavedProgress {
  readonly [channel: string]: { readonly seen: readonly number[]; readonly total?: number }
}

/**
 * The end-of-file protocol as the owner of a client's data sees it, for N senders before it: every stage forwards one
 * chunk, perhaps empty, for each chunk it takes, and an EOF says how many were sent. So an EOF may overtake data that
 * a sibling still holds, and nothing ends early: a channel is complete when every chunk number below the total was
 * seen. A channel is a kind of rows, or a query.
 */
export class UploadProgress {
  readonly #channels = new Map<string, Channel>()

  constructor(channels: readonly string[], saved: SavedProgress = {}) {
    for (const name of channels) {
      const { seen, total } = saved[name] ?? {}
      this.#channels.set(name, { seen: new ChunkSet(seen && Uint32Array.from(seen)), total })
    }
  }

  /** False for a chunk that was seen before: a redelivery, which must have no second effect. */
  see(channel: string, index: number): boolean {
    return this.#channel(channel).seen.add(index)
  }

  has(channel: string, index: number): boolean {
    return this.#channel(channel).seen.has(index)
  }

  /** Takes the number of chunks that an EOF announced. False when it was known. */
  end(channel: string, total: number): boolean {
    const state = this.#channel(channel)
    if (state.total !== undefined) return false
    state.total = total
    return true
  }

  isComplete(channel: string): boolean {
    const { seen, total } = this.#channel(channel)
    return total !== undefined && seen.size >= total
  }

  get complete(): boolean {
    return [...this.#channels.keys()].every((name) => this.isComplete(name))
  }

  /** What is still missing, for the log: `transactions: EOF`, `stores: chunks 3, 5`. */
  waitingFor(): string[] {
    return [...this.#channels]
      .filter(([name]) => !this.isComplete(name))
      .map(([name, { seen, total }]) => {
        if (total === undefined) return `${name}: EOF after ${seen.size} chunks`
        return `${name}: ${total - seen.size} of ${total} chunks, first ${seen.missingBelow(total, 5).join(', ')}`
      })
  }

  save(): SavedProgress {
    const entries = [...this.#channels].map(([name, { seen, total }]) => {
      return [name, { seen: [...seen.words], ...(total === undefined ? {} : { total }) }] as const
    })
    return Object.fromEntries(entries)
  }

  #channel(name: string): Channel {
    const channel = this.#channels.get(name)
    if (channel === undefined) throw new Error(`No channel ${name} among ${[...this.#channels.keys()].join(', ')}`)
    return channel
  }
}
