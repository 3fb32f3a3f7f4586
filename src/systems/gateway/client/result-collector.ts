import type { ResultPart } from '../wire/results.ts'
import { type ResultType, resultTypes, typesOf } from '../workload/event-values.ts'

/** Which results of one upload have come. Holds no rows. */
export class ResultCollector {
  /** Messages so far, so that a waiting flow sees that another came. */
  messages = 0
  /** All types had come when the server said that this was all. Some servers say so too early: that says nothing. */
  isEnded = false
  private readonly seen = new Set<ResultType>()

  add(part: ResultPart): void {
    this.messages++
    for (const type of typesOf(part)) this.seen.add(type)
  }

  end(): void {
    this.messages++
    this.isEnded = this.missing.length === 0
  }

  get missing(): readonly ResultType[] {
    return resultTypes.filter((type) => !this.seen.has(type))
  }
}
