import { describe, expect, it } from 'vitest'
import { classesOf, messagesOf, UploadHistory } from '../../../../test/support/gateway/upload-history.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { createAnswersChecker } from './answers-paired.ts'

const judge = (history: UploadHistory) => history.judge(createAnswersChecker(1 as ClientIndex))

describe('answers-paired', () => {
  it('examines every frame that was answered, ERROR included', () => {
    const history = new UploadHistory().connect().begin().ask('batch').ask('batch', null, 'server-error')
    expect(judge(history)).toMatchObject({ examined: 2, undecidable: 0, violations: [] })
  })

  it('cannot judge frames whose answer did not come', () => {
    const history = new UploadHistory().connect().begin().ask('batch', null, 'answer-timeout', 'indeterminate')
    expect(judge(history)).toMatchObject({ examined: 0, undecidable: 1, violations: [] })
  })

  it('finds an answer that nobody had asked for', () => {
    const conclusion = judge(new UploadHistory().connect().begin().ask('batch').deliver('unasked-answer', {}))
    expect(classesOf(conclusion)).toEqual(['duplicate'])
    expect(messagesOf(conclusion)[0]).toContain('an answer that it had not asked for on connection 1')
  })

  it('takes an ERROR that answers nothing for a refusal where the server says no more', () => {
    const history = new UploadHistory().connect().begin().ask('batch').ask('refusal', null, 'refused')
    expect(judge(history).violations).toEqual([])
  })

  it('finds an ERROR that answers nothing where the conversation goes on', () => {
    const refused = new UploadHistory().connect().begin().ask('refusal', null, 'refused').ask('batch')
    expect(classesOf(judge(refused))).toEqual(['duplicate'])
  })

  it('compares what the one answer says of the upload with what was sent', () => {
    const fits = new UploadHistory().connect().begin().end(undefined, { answeredRows: 2 }).collected()
    expect(judge(fits)).toMatchObject({ examined: 1, violations: [] })
    const misses = new UploadHistory().connect().begin().end(undefined, { answeredRows: 1 }).collected()
    expect(classesOf(judge(misses))).toEqual(['lost'])
    expect(messagesOf(judge(misses))[0]).toContain('sent 2 rows, of which the server says that they were 1')
  })

  it('finds what is no message of the protocol', () => {
    const value = { reason: 'the line is not JSON', excerpt: 'x' }
    expect(classesOf(judge(new UploadHistory().connect().begin().deliver('malformed', value)))).toEqual(['wrong'])
  })
})
