import { describe, expect, it } from 'vitest'
import { allTinyParts, tinyParts } from '../../../../test/support/gateway/tiny-answers.ts'
import { classesOf, messagesOf, UploadHistory } from '../../../../test/support/gateway/upload-history.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { createCompletenessChecker } from './results-complete.ts'

const judge = (history: UploadHistory) => history.judge(createCompletenessChecker(1 as ClientIndex))
const uploaded = () => new UploadHistory().connect().begin().end()

describe('results-complete', () => {
  it('is content with each result type once, and with Q1 in parts', () => {
    const conclusion = judge(
      uploaded()
        .part(...allTinyParts)
        .collected(),
    )
    expect(conclusion).toMatchObject({ examined: 5, undecidable: 0, violations: [] })
  })

  it('names every result type that did not come before the idle limit', () => {
    const conclusion = judge(uploaded().part(tinyParts.q3).collected(['q1', 'q2-profit'], 'results-missing'))
    expect(conclusion.examined).toBe(5)
    expect(messagesOf(conclusion)).toEqual([
      'client 1, upload 1: Q1 never came',
      'client 1, upload 1: Q2 profit never came',
    ])
  })

  it('cannot judge what the end of the connection cut off', () => {
    const conclusion = judge(uploaded().part(tinyParts.q3).collected(['q1', 'q4'], 'connection-lost'))
    expect(conclusion).toMatchObject({ examined: 3, undecidable: 2, violations: [] })
  })

  it.each([
    ['Q3', tinyParts.q3],
    ['Q2 quantity', tinyParts.quantity],
    ['Q1', tinyParts.q1[0]],
  ])('finds that %s came twice', (name, part) => {
    const conclusion = judge(
      uploaded()
        .part(...allTinyParts, part as never)
        .collected(),
    )
    expect(classesOf(conclusion)).toEqual(['duplicate'])
    expect(messagesOf(conclusion)[0]).toBe(`client 1, upload 1: ${name} came twice`)
  })

  it('takes several empty parts of Q1 for what they are', () => {
    const empty = { query: 'q1', rows: [] } as const
    expect(
      judge(
        uploaded()
          .part(empty, empty, ...allTinyParts)
          .collected(),
      ).violations,
    ).toEqual([])
  })

  it('finds a duplicate that comes when all seemed to be over', () => {
    const history = uploaded()
      .part(...allTinyParts)
      .collected()
      .part(tinyParts.q4)
    expect(classesOf(judge(history))).toEqual(['duplicate'])
  })

  it('takes an answer that never came to a whole upload for the loss of its results', () => {
    const begun = () => new UploadHistory().connect().begin()
    const lost = judge(begun().fail('answer-timeout', 'indeterminate', { isSent: true }))
    expect(messagesOf(lost)).toEqual(['client 1, upload 1: the answer never came, and no results with it'])
    expect(judge(begun().fail('answer-timeout', 'indeterminate', { isSent: false })).violations).toEqual([])
    expect(judge(begun().fail('connection-lost', 'indeterminate', { isSent: true })).violations).toEqual([])
  })

  it('counts the results of each upload apart', () => {
    const history = uploaded()
      .part(...allTinyParts)
      .collected()
      .begin(1)
      .end()
      .part(...allTinyParts)
      .collected()
    expect(judge(history)).toMatchObject({ examined: 10, violations: [] })
  })
})
