/**
 * What is kept of what is under way, by number from 0. Made for thousands of clients that have one or two at a time: those
 * lie in the object itself, and only further ones need a map.
 */
export class InFlight<Value> {
  private first: Value | undefined
  private second: Value | undefined
  /** -1: none. */
  private firstId = -1
  private secondId = -1
  private others: Map<number, Value> | undefined

  get size(): number {
    return (this.firstId < 0 ? 0 : 1) + (this.secondId < 0 ? 0 : 1) + (this.others?.size ?? 0)
  }

  add(id: number, value: Value): void {
    if (this.firstId < 0) {
      this.first = value
      this.firstId = id
    } else if (this.secondId < 0) {
      this.second = value
      this.secondId = id
    } else {
      this.others ??= new Map()
      this.others.set(id, value)
    }
  }

  get(id: number): Value | undefined {
    if (this.firstId === id) return this.first
    return this.secondId === id ? this.second : this.others?.get(id)
  }

  list(): Value[] {
    const list = [...(this.others?.values() ?? [])]
    if (this.secondId >= 0) list.unshift(this.second as Value)
    if (this.firstId >= 0) list.unshift(this.first as Value)
    return list
  }

  /** Returns what was kept and forgets it; undefined where there is none. */
  take(id: number): Value | undefined {
    const value = this.get(id)
    if (this.firstId === id) {
      this.first = undefined
      this.firstId = -1
    } else if (this.secondId === id) {
      this.second = undefined
      this.secondId = -1
    } else this.others?.delete(id)
    return value
  }
}
