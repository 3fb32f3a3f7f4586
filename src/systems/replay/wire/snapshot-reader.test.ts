import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SnapshotReader } from './snapshot-reader.ts'
import { parseStreamMessage, readStreamMessage } from './stream-messages.ts'

const level = fc.tuple(fc.double({ noNaN: true }), fc.oneof(fc.nat(), fc.double({ noNaN: true })))
const side = fc.array(level, { maxLength: 12 })
const number = fc.oneof(
  fc.double({ noNaN: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ min: 1e-4, max: 1e4, noNaN: true }),
)
const text = fc.oneof(fc.string(), fc.constantFrom('BTCUSD', 'REPLAY', 'calm', '', '"', '\\', 'é', '\u007f'))

const usual = {
  timestamp: fc.oneof(text, number),
  bids: side,
  asks: side,
  type: fc.constantFrom('snapshot', 'history', 'error', 7),
  mid_price: number,
  spread: fc.oneof(number, fc.constant(null)),
  best_bid: number,
  best_ask: number,
  obi: number,
  ofi: number,
  vpin: fc.oneof(number, text),
  microprice: number,
  spoofing_risk: number,
  seq: fc.nat(),
  dropped: fc.nat(),
  regime: text,
  session_id: text,
  symbol: text,
  mode: text,
  anomalies: fc.oneof(fc.array(text), number),
  unknown: fc.jsonValue(),
}

const order = Object.keys(usual)
const snapshot = fc.tuple(
  fc.record(usual, { requiredKeys: ['timestamp', 'bids', 'asks'] }),
  fc.shuffledSubarray(order, { minLength: order.length }),
)

/** What downstream code sees: the fields, and none that are absent. */
const fieldsOf = (message: ReturnType<typeof readStreamMessage>) =>
  message?.type === 'snapshot'
    ? {
        ...message,
        snapshot: Object.fromEntries(
          order
            .filter((key) => key !== 'type' && key !== 'unknown')
            .map((key) => [key, (message.snapshot as never)[key]]),
        ),
      }
    : message

const expectAlike = (json: string) =>
  expect(fieldsOf(readStreamMessage(Buffer.from(json)))).toEqual(fieldsOf(parseStreamMessage(json)))

describe('SnapshotReader', () => {
  it('reads of any message what JSON.parse reads, in any order of its fields and with or without spaces', () => {
    fc.assert(
      fc.property(snapshot, fc.boolean(), ([fields, keys], isSpaced) => {
        const members = keys
          .filter((key) => key in fields)
          .map((key) => `"${key}":${isSpaced ? ' ' : ''}${JSON.stringify((fields as Record<string, unknown>)[key])}`)
        expectAlike(`{${members.join(isSpaced ? ', ' : ',')}}`)
      }),
      { numRuns: 500 },
    )
  })

  it('reads each number to the last bit, however it is spelled', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,24})?([eE][+-]?\d{1,3})?$/)
    const reader = new SnapshotReader()
    fc.assert(
      fc.property(
        fc.oneof(
          digits,
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
        ),
        (spelled) => {
          const isRead = reader.read(Buffer.from(`{"timestamp":"t","bids":[],"asks":[],"obi":${spelled}}`))
          expect(isRead).toBe(true)
          expect(Object.is(reader.obi, JSON.parse(spelled))).toBe(true)
        },
      ),
      { numRuns: 5000 },
    )
  })

  it.each(['01', '1.', '.5', '-', '+1', '1e', '1e+', '0x1', '1.2.3', '--1', 'NaN', '1 ', '  1', ''])(
    'refuses the number "%s" where JSON does, and leaves white space to JSON.parse',
    (spelled) => {
      const json = `{"timestamp":"t","bids":[],"asks":[],"obi":${spelled}}`
      expect(new SnapshotReader().read(Buffer.from(json))).toBe(false)
      expectAlike(json)
    },
  )

  it('takes nothing from the message before', () => {
    const reader = new SnapshotReader()
    expect(
      reader.read(
        Buffer.from('{"timestamp":"t","bids":[[1,2],[3,4]],"asks":[],"obi":1,"mode":"LIVE","anomalies":["A"]}'),
      ),
    ).toBe(true)
    expect(reader.read(Buffer.from('{"timestamp":"u","bids":[[5,6]],"asks":[[7,8]]}'))).toBe(true)
    const { timestamp, bids, asks, obi, mode, anomalies } = reader
    expect({ timestamp, bids, asks, obi, mode, anomalies }).toEqual({ timestamp: 'u', bids: [[5, 6]], asks: [[7, 8]] })
  })

  it('leaves damaged messages to JSON.parse', () => {
    const json = '{"type":"snapshot","timestamp":"t","bids":[[1,2.5]],"asks":[[3,4]],"anomalies":["A","B"],"seq":7}'
    for (let end = 0; end <= json.length; end++) expectAlike(json.slice(0, end))
    for (let at = 0; at < json.length; at++) {
      for (const put of ['', 'x', ',', '"', '}', ']', '[', '0', '\\', '\u0001'])
        expectAlike(json.slice(0, at) + put + json.slice(at + 1))
    }
  })
})
