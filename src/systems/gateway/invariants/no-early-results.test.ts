import { describe, expect, it } from 'vitest'
import { tinyParts } from '../../../../test/support/gateway/tiny-answers.ts'
import { messagesOf, UploadHistory } from '../../../../test/support/gateway/upload-history.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { createEarlyResultsChecker } from './no-early-results.ts'

const judge = (history: UploadHistory) => history.judge(createEarlyResultsChecker(1 as ClientIndex))

describe('no-early-results', () => {
  it('finds nothing where results follow the upload', () => {
    const history = new UploadHistory().connect().begin().endKinds().end().part(tinyParts.q3).collected()
    expect(judge(history)).toMatchObject({ examined: 1, violations: [] })
  })

  it('lets results come before the answer to the last end', () => {
    const history = new UploadHistory().connect().begin().endKinds().part(tinyParts.q3).end().collected()
    expect(judge(history).violations).toEqual([])
  })

  it('finds results that come while kinds are still to be ended', () => {
    const history = new UploadHistory().connect().begin().ask('end-of-kind', { kind: 'users' }).part(tinyParts.q3)
    const conclusion = judge(history.deliver('results-end', {}))
    expect(conclusion.examined).toBe(2)
    expect(messagesOf(conclusion)[0]).toContain('received results (q3) before it had ended its upload')
  })

  it('takes results with the id of the upload before on the same connection for late', () => {
    const named = { ...tinyParts.q3, clientId: 'a' }
    const first = () => new UploadHistory().connect().begin().endKinds().end().part(named).collected()
    expect(judge(first().begin(1).part(named)).violations).toEqual([])
    expect(judge(first().connect().begin(1).part(named)).violations).toHaveLength(1)
    expect(
      judge(
        first()
          .begin(1)
          .part({ ...named, clientId: 'b' }),
      ).violations,
    ).toHaveLength(1)
  })

  it('finds results of an upload that was never ended', () => {
    const history = new UploadHistory().connect().begin(0, 'partial-upload').ask('batch').part(tinyParts.q4)
    expect(judge(history).violations).toHaveLength(1)
  })

  it('finds an answer to the whole upload before it was sent', () => {
    const history = new UploadHistory().connect().begin().fail('early-answer', 'indeterminate')
    expect(messagesOf(judge(history))[0]).toContain('received the answer before')
  })

  it('examines nothing where no upload was ended', () => {
    expect(judge(new UploadHistory().connect().begin().fail('connection-lost'))).toMatchObject({ examined: 0 })
  })
})
