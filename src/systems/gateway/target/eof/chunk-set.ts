/** The chunk numbers 0, 1, 2 … that were seen: one bit each, so that a redelivered chunk is known for one. */
export class ChunkSet {
  #words: Uint32Array
  #size = 0

  constructor(words: Uint32Array = new Uint32Array(4)) {
    this.#words = words
    for (let rest of words) for (; rest !== 0; rest &= rest - 1) this.#size++
  }

  get size(): number {
    return this.#size
  }

  /** False when it was there already. */
  add(index: number): boolean {
    if (this.has(index)) return false
    const word = index >>> 5
    if (word >= this.#words.length) this.#grow(word + 1)
    this.#words[word] = (this.#words[word] as number) | (1 << (index & 31))
    this.#size++
    return true
  }

  has(index: number): boolean {
    return (((this.#words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1
  }

  /** The first few numbers below `total` that are not in. */
  missingBelow(total: number, limit: number): number[] {
    const missing: number[] = []
    for (let index = 0; index < total && missing.length < limit; index++) if (!this.has(index)) missing.push(index)
    return missing
  }

  /** For a checkpoint; `new ChunkSet(words)` is the way back. */
  get words(): Uint32Array {
    return this.#words
  }

  #grow(atLeast: number): void {
    const words = new Uint32Array(Math.max(atLeast, this.#words.length * 2))
    words.set(this.#words)
    this.#words = words
  }
}
