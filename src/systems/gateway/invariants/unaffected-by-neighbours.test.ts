import { describe, expect, it } from 'vitest'
import { parseParams } from '../../../../test/support/gateway/parse-params.ts'
import { messagesOf, UploadHistory } from '../../../../test/support/gateway/upload-history.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { createNeighbourChecker } from './unaffected-by-neighbours.ts'

const judge = (history: UploadHistory, dependable = true) =>
  history.judge(createNeighbourChecker(1 as ClientIndex, parseParams({ dependable })))

describe('unaffected-by-neighbours', () => {
  it('examines every phase that went well', () => {
    expect(judge(new UploadHistory().connect().begin().end().collected())).toMatchObject({
      examined: 3,
      violations: [],
    })
  })

  it.each([
    ['max-clients-reached', 'was turned away'],
    ['server-error', 'was answered ERROR'],
    ['connection-lost', 'lost its connection'],
    ['early-close', 'was cut off'],
  ])('finds %s at a target that is dependable', (code, harm) => {
    const history = () => new UploadHistory().connect().begin().ask('batch', null, code).fail(code)
    expect(messagesOf(judge(history()))).toEqual([
      `client 1, which had done nothing wrong, ${harm} (upload on connection 1)`,
    ])
    expect(judge(history(), false)).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('blames nobody for what a client brought upon itself', () => {
    const history = new UploadHistory().connect().begin(0, 'partial-upload').fault('malformed-frame')
    expect(judge(history.fail('connection-lost'))).toMatchObject({ undecidable: 1, violations: [] })
  })

  it('does not take slowness or the end of the run for harm', () => {
    expect(judge(new UploadHistory().connect().begin().fail('answer-timeout')).violations).toEqual([])
    expect(judge(new UploadHistory().connect().begin().fail('aborted')).violations).toEqual([])
  })
})
