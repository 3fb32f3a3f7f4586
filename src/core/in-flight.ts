/**
 * What is kept of what is under way, by number from 0. Made for thousands of clients that have one at a time: that lies
 * in the object itself, and only further ones need a map.
 */
export class InFlight<Value> {
  private first: Value | undefined
  /** -1: none. */
  private firstId = -1
  private others: Map<number, Value> | undefined

  get size(): number {
    return (this.firstId < 0 ? 0 : 1) + (this.others?.size ?? 0)
  }

  add(id: number, value: Value): void {
    if (this.firstId < 0) {
      this.first = value
      this.firstId = id
    } else {
      this.others ??= new Map()
      this.others.set(id, value)
    }
  }

  get(id: number): Value | undefined {
    return this.firstId === id ? this.first : this.others?.get(id)
  }

  list(): Value[] {
    const others = [...(this.others?.values() ?? [])]
    return this.firstId < 0 ? others : [this.first as Value, ...others]
  }

  /** Returns what was kept and forgets it; undefined where there is none. */
  take(id: number): Value | undefined {
    if (this.firstId === id) {
      const { first } = this
      this.first = undefined
      this.firstId = -1
      return first
    }
    const other = this.others?.get(id)
    if (other !== undefined) this.others?.delete(id)
    return other
  }
}
