import { expect, it } from 'vitest'
import { parseSessionAnswer } from './answers.ts'
import { readTimestamp } from './snapshot.ts'
import { parseStreamMessage } from './stream-messages.ts'

const book = { timestamp: '2024-01-02T09:30:00', bids: [[1, 2]], asks: [[3, 4]] }

it('what a wrapped snapshot says of itself may stand beside it or in it, in a history as well', () => {
  const wrapped = { type: 'snapshot', session_id: 'mine', data: { ...book, seq: 4 } }
  const expected = { ...book, session_id: 'mine', seq: 4 }
  expect(parseStreamMessage(JSON.stringify(wrapped))).toMatchObject({ type: 'snapshot', snapshot: expected })
  const history = { type: 'history', data: [wrapped, book] }
  expect(parseStreamMessage(JSON.stringify(history))).toMatchObject({ snapshots: [expected, book] })
})

it('one time is one number, however it is spelled', () => {
  const spelled = [
    '2024-01-02T09:30:00.250125',
    '2024-01-02T09:30:00.250125+00:00',
    1704187800.250125,
    1704187800250.125,
  ]
  expect(spelled.map(readTimestamp)).toEqual(Array(4).fill(1704187800250.125))
})

it('modes and states may be in lower case', () => {
  expect(parseSessionAnswer('{"state":"playing","mode":"replay"}')).toMatchObject({ state: 'PLAYING', mode: 'REPLAY' })
})
