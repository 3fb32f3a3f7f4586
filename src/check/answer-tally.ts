import type { Conclusion } from '../core/check.ts'

/** So many answers of each client are compared with those of others: the first ones. */
const sampledAnswers = 32

/** Counts what one checker compares with its oracle, and keeps what the first of these were expected to be. */
export class AnswerTally {
  private compared = 0
  private sample: number[] | undefined

  /** `digest` gives a number that is the same where the expected answer is; an answer may be of several values. */
  add(digest: () => number, values = 1): void {
    this.compared += values
    this.sample ??= []
    if (this.sample.length < sampledAnswers) this.sample.push(digest())
  }

  conclude(): Required<Pick<Conclusion, 'answers' | 'coverage'>> {
    return { answers: this.sample ?? [], coverage: { answersCompared: this.compared } }
  }
}
