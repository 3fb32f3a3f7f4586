import type { ResultPart } from '../wire/results.ts'
import { type ResultType, resultTypes, typesOf } from '../workload/event-values.ts'

/** Which results of one upload have come. Holds no rows. */
export class ResultCollector {
  /** Counts what brought something, so that a waiting flow sees that more came. Empty parts and an early end bring nothing. */
  progress = 0
  /** Rows of all queries. */
  rows = 0
  /** All types had come when the server said that this was all. Some servers say so too early: that says nothing. */
  isEnded = false
  private readonly seen = new Set<ResultType>()

  add(part: ResultPart): void {
    const { size } = this.seen
    for (const type of typesOf(part)) this.seen.add(type)
    this.rows += part.rows.length
    if (part.rows.length > 0 || this.seen.size > size) this.progress++
  }

  end(): void {
    if (this.missing.length > 0) return
    this.isEnded = true
    this.progress++
  }

  get missing(): readonly ResultType[] {
    return resultTypes.filter((type) => !this.seen.has(type))
  }
}
