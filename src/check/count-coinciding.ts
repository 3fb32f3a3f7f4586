import type { ClientIndex } from '../core/plan.ts'
import type { Coverage } from '../core/scenario.ts'
import type { ClientAnswers } from './run-checkers.ts'

/**
 * Counts sampled answers that another client of the same target expects as well: if a server mixed those two up, the
 * answers would not show it. Wants those of the whole run.
 */
export function countCoinciding(
  answers: readonly ClientAnswers[],
  targetOf: (client: ClientIndex) => string,
): Coverage {
  /** The only client that expects an answer, or null where there are several. */
  const expecting = new Map<string, ClientIndex | null>()
  const keyOf = ({ client, invariant }: ClientAnswers, digest: number) => `${targetOf(client)} ${invariant} ${digest}`
  for (const of of answers) {
    for (const digest of new Set(of.digests)) {
      const key = keyOf(of, digest)
      expecting.set(key, expecting.has(key) ? null : of.client)
    }
  }
  let answersSampled = 0
  let answersCoinciding = 0
  for (const of of answers) {
    answersSampled += of.digests.length
    answersCoinciding += of.digests.filter((digest) => expecting.get(keyOf(of, digest)) === null).length
  }
  return answersSampled === 0 ? {} : { answersSampled, answersCoinciding }
}
