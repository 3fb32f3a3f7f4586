import { describe, expect, it } from 'vitest'
import type { ClientIndex } from '../core/plan.ts'
import { AnswerTally } from './answer-tally.ts'
import { countCoinciding } from './count-coinciding.ts'

const answers = (client: number, digests: readonly number[], invariant = 'exact') => ({
  client: client as ClientIndex,
  invariant,
  digests,
})
const targetOf = (client: ClientIndex) => (client < 10 ? 'one' : 'two')

describe('answers that coincide', () => {
  it('are those that another client of the target expects, too', () => {
    const told = [answers(1, [5, 5, 6]), answers(2, [5, 7]), answers(3, [8])]
    expect(countCoinciding(told, targetOf)).toEqual({ answersSampled: 6, answersCoinciding: 3 })
  })

  it('are none of one client, of another target, or of another invariant', () => {
    const told = [answers(1, [5, 5]), answers(11, [5]), answers(2, [5], 'other')]
    expect(countCoinciding(told, targetOf)).toEqual({ answersSampled: 4, answersCoinciding: 0 })
  })

  it('are not counted where nothing was compared', () => expect(countCoinciding([], targetOf)).toEqual({}))

  it('are looked for among the first answers of each client, while all are counted', () => {
    const tally = new AnswerTally()
    for (let i = 0; i < 100; i++) tally.add(() => i, 2)
    expect(tally.conclude().coverage).toEqual({ answersCompared: 200 })
    expect(tally.conclude().answers).toEqual(Array.from({ length: 32 }, (_, i) => i))
  })
})
