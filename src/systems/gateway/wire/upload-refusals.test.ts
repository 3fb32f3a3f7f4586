import { describe, expect, it } from 'vitest'
import type { DialectName, UploadFrame } from './dialect.ts'
import { getDialect } from './index.ts'

const limits = { maxFrameBytes: 1 << 20, maxRows: 1000 }

function decode(dialect: DialectName, ...hex: readonly string[]): readonly UploadFrame[] {
  const decoder = getDialect(dialect).createUploadDecoder(limits)
  return hex.flatMap((chunk) => decoder.push(Buffer.from(chunk, 'hex')))
}

describe('limits', () => {
  it.each([
    ['acknowledged', '7fffffff', 'a frame of 2147483647 bytes is larger than the limit of 1048576, at byte 0'],
    ['acknowledged', '00000007', 'a frame of 7 bytes is smaller than its header of 8, at byte 0'],
    ['streamed', '000003e900', 'a batch of 1001 rows is above the limit of 1000, at byte 0'],
    [
      'streamed',
      '000000010300000001317fffffff',
      'a text of 2147483647 bytes is longer than the limit of 1048576, at byte 10',
    ],
    ['sequenced', '000003e90000000000', 'a batch of 1001 rows is above the limit of 1000, at byte 0'],
  ] as const)('of %s refuse a size before its bytes have come: %s', (dialect, hex, reason) => {
    const frames = decode(dialect, hex)
    expect(frames).toEqual([{ type: 'malformed', reason: expect.stringContaining(reason) }])
  })

  it('of a batch refuse a count whose shortest rows would not fit', () => {
    const decoder = getDialect('streamed').createUploadDecoder({ maxFrameBytes: 100, maxRows: 1000 })
    expect(decoder.push(Buffer.from('0000000a00', 'hex'))).toEqual([
      { type: 'malformed', reason: 'a batch of 10 rows cannot fit into the limit of 100 bytes, at byte 0' },
    ])
  })

  it('of a batch count the rows that were already read', () => {
    const rows = Array.from({ length: 3 }, (_, i) => store(i + 1, 'x'.repeat(40)))
    const bytes = getDialect('streamed').createEncoder().batch({ kind: 'stores', rows })
    const decoder = getDialect('streamed').createUploadDecoder({ maxFrameBytes: 200, maxRows: 1000 })
    expect(decoder.push(bytes)).toEqual([
      {
        type: 'malformed',
        reason: expect.stringContaining('row 3 of stores exceeds the limit of 200 bytes per batch'),
      },
    ])
  })

  it('of rows hold in a frame that tells only its bytes', () => {
    const rows = [store(1, 'A'), store(2, 'B')]
    const decoder = getDialect('acknowledged').createUploadDecoder({ maxFrameBytes: 1000, maxRows: 1 })
    expect(decoder.push(getDialect('acknowledged').createEncoder().batch({ kind: 'stores', rows }))).toEqual([
      { type: 'malformed', reason: 'more than 1 rows, at byte 25' },
    ])
  })
})

describe('malformed uploads say what and where', () => {
  it.each([
    ['acknowledged', '0000001000000002000000040000', 'an EOF frame has 16 bytes, not 12, at byte 0'],
    ['acknowledged', '0000000900000003ff', 'a SESSION_RESET frame has 9 bytes, not 8, at byte 0'],
    ['acknowledged', '0000000c0000000100000004', 'a BATCH frame has 12 bytes, too few for its header, at byte 0'],
    ['acknowledged', '00000014000000010000000400000005000000ff', 'data_size is 5 in a frame of 20 bytes, at byte 0'],
    [
      'acknowledged',
      '0000001800000001000000040000000800000001000000ff',
      'row 1 of stores, which begins at byte 16: it reaches 255 bytes beyond its frame',
    ],
    [
      'acknowledged',
      '000000280000000100000003000000180000000100000000000000083139373130313131ffffffff',
      'row 1 of users, which begins at byte 16: birthdate is "19710111", not a date, at byte 28',
    ],
    ['streamed', '0000000109', 'unknown type 9, at byte 4'],
    ['streamed', '000000010400000001310000000178000000017840c0000002', 'is_seasonal is 2, not 0 or 1, at byte 24'],
    ['streamed', '00000001000000000178000000017a', 'store_id is "z", not a number, at byte 14'],
    ['sequenced', '000000010100000000000000017800000001000000017f800000', 'unit_price is Infinity, at byte 22'],
  ] as const)('%s: %s', (dialect, hex, reason) => {
    const frames = decode(dialect, `${hex}00000000`)
    expect(frames[0]).toEqual({ type: 'malformed', reason: expect.stringContaining(reason) })
  })

  it('counts the offset from the start of the stream', () => {
    const end = '0000000c0000000200000004'
    const frames = decode('acknowledged', end, `${end}00000001`)
    expect(frames.at(-1)).toMatchObject({ reason: expect.stringContaining('at byte 24') })
  })
})

function store(storeId: number, storeName: string) {
  return { storeId, storeName, street: 'St', postalCode: '5', city: 'C', state: 'S', latitude: 1.5, longitude: 2 }
}
