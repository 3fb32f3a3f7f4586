import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Compression, decompress } from './decompress.ts'

const text = Array.from({ length: 2000 }, (_, i) => `${i * 7919}`).join()
const compressors: readonly (readonly [Compression, Buffer])[] = [
  ['gzip', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['raw deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
]
const read = (format: Compression, bytes: Uint8Array, limitBytes = 1_000_000) => {
  const result = decompress(format, bytes, limitBytes)
  return result && { text: Buffer.from(result.bytes).toString(), consumed: result.consumed }
}

describe.each(compressors)('data compressed by %s', (format, bytes) => {
  it('come back whole, whatever follows', () => {
    expect(read(format, bytes)).toEqual({ text, consumed: bytes.length })
    expect(read(format, Buffer.concat([bytes, Buffer.from('","n":1}')]))?.text).toBe(text)
  })

  it('come back as far as they were not cut', () => {
    const half = read(format, bytes.subarray(0, bytes.length / 2))
    expect(half?.text.length).toBeGreaterThan(1000)
    expect(text.startsWith(half?.text ?? '-')).toBe(true)
    expect(half?.consumed).toBe(Math.floor(bytes.length / 2))
  })

  it('come back in part where the whole would be too much', () => {
    const part = read(format, bytes, 8000)
    expect(text.startsWith(part?.text ?? '-')).toBe(true)
    expect(part?.text.length).toBeGreaterThan(100)
  })

  it('are told from what is none', () => {
    expect(read(format, Buffer.from('<html>no such data</html>'))).toBeUndefined()
  })
})

it('reads all members of gzip, with whatever their heads hold', () => {
  const [head, rest] = [gzipSync('one').subarray(0, 10), gzipSync('one').subarray(10)]
  head[3] = 4 | 8 | 16 | 2
  const named = Buffer.concat([head, Buffer.from('\x03\x00ext'), Buffer.from('name\0comment\0'), Buffer.alloc(2), rest])
  const both = Buffer.concat([named, gzipSync('two')])
  expect(read('gzip', both)).toEqual({ text: 'onetwo', consumed: both.length })
  for (let length = 3; length < named.length; length++) {
    expect('one'.startsWith(read('gzip', named.subarray(0, length))?.text ?? '-')).toBe(true)
  }
})
