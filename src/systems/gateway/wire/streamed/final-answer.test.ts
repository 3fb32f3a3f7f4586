import { describe, expect, it } from 'vitest'
import type { ServerMessage } from '../dialect.ts'
import { encodeStreamedError, encodeStreamedOk } from './final-answer.ts'
import { streamed } from './index.ts'

const decode = (...chunks: readonly Uint8Array[]): readonly ServerMessage[] => {
  const decoder = streamed.createServerMessageDecoder({ maxMessageBytes: 4096 })
  return chunks.flatMap((chunk) => decoder.push(chunk))
}

describe('streamed answers', () => {
  it('read the documented text', () => {
    const text = 'OK session=0a1b2c3d batches=12 total_records=3400'
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
    expect(encodeStreamedOk('0a1b2c3d', 12, 3400)).toEqual(bytes)
    expect(decode(bytes.subarray(0, 10), bytes.subarray(10))).toEqual([
      { type: 'final', ok: true, sessionId: '0a1b2c3d', batches: 12, records: 3400, text },
    ])
  })

  it('read errors, and two answers where a server sends two', () => {
    const bytes = encodeStreamedError('unknown type 9 at byte 4')
    expect(decode(Buffer.concat([bytes, bytes])).map((message) => message.type)).toEqual(['final', 'final'])
    expect(decode(bytes)).toMatchObject([{ ok: false, error: 'unknown type 9 at byte 4' }])
  })

  it.each([
    ['OK', 'neither "OK session'],
    ['OK session=../../etc batches=1 total_records=1', 'the session id has characters that no id may have'],
  ])('refuse %s', (text, reason) => {
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
    expect(decode(bytes)).toEqual([{ type: 'malformed', reason: expect.stringContaining(reason), excerpt: text }])
  })

  it('refuse a size above the limit before its bytes have come', () => {
    expect(decode(Buffer.from('7fffffff', 'hex'))).toMatchObject([
      { type: 'malformed', reason: 'an answer of 2147483647 bytes is longer than the limit of 4096' },
    ])
  })
})
