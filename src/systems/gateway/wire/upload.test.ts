import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DialectName, dialectNames, type UploadFrame } from './dialect.ts'
import { encodeSessionReset, getDialect } from './index.ts'
import { type Batch, type Kind, kinds } from './rows.ts'

const limits = { maxFrameBytes: 1 << 20, maxRows: 1000 }

interface Sample {
  readonly name: string
  readonly hex: string
  readonly frame: UploadFrame
}

/** Bytes that were written down by hand or seen on real connections: our encoder had no part in them. */
function loadSamples(dialect: DialectName): readonly Sample[] {
  const path = new URL(`../../../../fixtures/wire/${dialect}.json`, import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { frames: Sample[] }).frames
}

function decode(dialect: DialectName, chunks: readonly Uint8Array[]) {
  const decoder = getDialect(dialect).createUploadDecoder(limits)
  const frames = chunks.flatMap((chunk) => decoder.push(chunk))
  return { frames, pendingBytes: decoder.pendingBytes }
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).map((end, i) => bytes.slice(places[i], end))
}

describe.each(dialectNames)('%s samples', (dialect) => {
  const samples = loadSamples(dialect)

  it.each(samples)('decode to the documented values: $name', ({ hex, frame }) => {
    expect(decode(dialect, [Buffer.from(hex, 'hex')])).toEqual({ frames: [frame], pendingBytes: 0 })
  })

  it('are what the encoder writes', () => {
    let encoder = getDialect(dialect).createEncoder()
    for (const { hex, frame } of samples) {
      if (frame.type === 'batch' && frame.batchId === 0) encoder = getDialect(dialect).createEncoder()
      if (frame.type === 'batch') expect(encoder.batch(frame.batch).toString('hex')).toBe(hex)
      else if (frame.type === 'end') expect(encoder.end(frame.kind).toString('hex')).toBe(hex)
    }
  })

  it('decode alike however the stream is split', () => {
    const stream = Buffer.from(samples.map(({ hex }) => hex).join(''), 'hex')
    const frames = samples.map(({ frame }) => frame)
    const cuts = fc.array(fc.nat({ max: stream.length }), { maxLength: 40 })
    fc.assert(
      fc.property(cuts, (places) => {
        expect(decode(dialect, split(stream, places)).frames).toEqual(frames)
      }),
    )
    expect(
      decode(
        dialect,
        [...stream].map((byte) => Uint8Array.of(byte)),
      ).frames,
    ).toEqual(frames)
  })

  it('leave pending bytes when the stream is cut off anywhere within a frame', () => {
    for (const { hex } of samples) {
      const bytes = Buffer.from(hex, 'hex')
      for (let end = 1; end < bytes.length; end++)
        expect(decode(dialect, [bytes.subarray(0, end)])).toEqual({ frames: [], pendingBytes: end })
    }
  })
})

const u32 = fc.nat({ max: 0xffffffff })
const name = fc.string({ unit: 'grapheme', maxLength: 90 })
const time = fc.nat({ max: 0xffffffff })
const day = fc.nat({ max: 40_000 }).map((days) => days * 86_400)
const amount = fc.integer({ min: -(1 << 23), max: 1 << 23 }).map((quarters) => quarters / 4)

const rowsOf: { readonly [K in Kind]: fc.Arbitrary<object> } = {
  users: fc.record({ userId: u32, gender: fc.constantFrom('male', 'female'), birthdateS: day, registeredAtS: time }),
  stores: fc.record({
    storeId: u32,
    storeName: name,
    street: name,
    postalCode: fc.nat({ max: 99_999 }).map(String),
    city: name,
    state: name,
    latitude: amount,
    longitude: amount,
  }),
  menu_items: fc.record({
    itemId: u32,
    itemName: name,
    category: fc.constantFrom('coffee', 'non-coffee'),
    price: amount,
    isSeasonal: fc.boolean(),
    availableFromS: day,
    availableToS: day,
  }),
  transactions: fc.record({
    transactionId: name,
    storeId: u32,
    paymentMethodId: u32,
    voucherId: u32,
    userId: u32,
    originalAmount: amount,
    discountApplied: amount,
    finalAmount: amount,
    createdAtS: time,
  }),
  transaction_items: fc.record({
    transactionId: name,
    itemId: u32,
    quantity: u32,
    unitPrice: amount,
    subtotal: amount,
    createdAtS: time,
  }),
}

const batches = fc
  .constantFrom(...kinds)
  .chain((kind) =>
    fc.array(rowsOf[kind], { minLength: 1, maxLength: 20 }).map((rows) => ({ kind, rows }) as unknown as Batch),
  )

/** The `acknowledged` dialect carries only id and name of a store. */
function asCarried(dialect: DialectName, batch: Batch): Batch {
  if (dialect !== 'acknowledged' || batch.kind !== 'stores') return batch
  const dropped = { street: '', postalCode: '', city: '', state: '', latitude: 0, longitude: 0 }
  return { kind: 'stores', rows: batch.rows.map((row) => ({ ...row, ...dropped })) }
}

describe.each(dialectNames)('%s', (dialect) => {
  it('round-trips any upload over any split', () => {
    const uploads = fc.array(batches, { minLength: 1, maxLength: 6 })
    const cuts = fc.array(fc.nat(), { maxLength: 10 })
    fc.assert(
      fc.property(uploads, cuts, (upload, places) => {
        const encoder = getDialect(dialect).createEncoder()
        const stream = Buffer.concat(upload.map((batch) => encoder.batch(batch)))
        const { frames, pendingBytes } = decode(dialect, split(stream, places))
        expect(frames.map((frame) => frame.type === 'batch' && frame.batch)).toEqual(
          upload.map((batch) => asCarried(dialect, batch)),
        )
        expect(pendingBytes).toBe(0)
      }),
    )
  })

  it('never throws and never holds more than it may, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (chunks) => {
        const { frames, pendingBytes } = decode(dialect, chunks)
        const last = frames.findIndex((frame) => frame.type === 'malformed')
        expect(last === -1 || last === frames.length - 1).toBe(true)
        expect(pendingBytes).toBeLessThanOrEqual(limits.maxFrameBytes)
      }),
    )
  })

  it('keeps no reference to a chunk that its sender uses again', () => {
    const batch: Batch = { kind: 'stores', rows: [store(1, 'Alpha'), store(2, 'Beta')] }
    const bytes = getDialect(dialect).createEncoder().batch(batch)
    const shared = Buffer.alloc(7)
    const decoder = getDialect(dialect).createUploadDecoder(limits)
    const frames: UploadFrame[] = []
    for (let at = 0; at < bytes.length; at += 7) {
      const size = bytes.copy(shared, 0, at, at + 7)
      frames.push(...decoder.push(shared.subarray(0, size)))
      shared.fill(0xee)
    }
    expect(frames).toMatchObject([{ type: 'batch', batch: asCarried(dialect, batch) }])
  })

  it('reads no further after a malformed frame', () => {
    const decoder = getDialect(dialect).createUploadDecoder(limits)
    expect(decoder.push(Buffer.alloc(64, 0xff)).at(-1)).toMatchObject({ type: 'malformed' })
    expect(
      decoder.push(
        getDialect(dialect)
          .createEncoder()
          .batch({ kind: 'stores', rows: [store(1, 'A')] }),
      ),
    ).toEqual([])
    expect(decoder.pendingBytes).toBe(0)
  })
})

describe('acknowledged', () => {
  it('reads a session reset', () => {
    expect(encodeSessionReset().toString('hex')).toBe('0000000800000003')
    expect(decode('acknowledged', [encodeSessionReset()]).frames).toEqual([{ type: 'reset' }])
  })

  it('skips a frame or data type that it does not know and goes on', () => {
    const stream = Buffer.from('0000000a000000091122000000100000000100000007000000000000000800000003', 'hex')
    expect(decode('acknowledged', [stream]).frames).toEqual([
      { type: 'unknown-type', code: 9 },
      { type: 'unknown-type', code: 7 },
      { type: 'reset' },
    ])
  })
})

describe('sequenced', () => {
  it('numbers the batches of each kind from 0 while kinds interleave', () => {
    const encoder = getDialect('sequenced').createEncoder()
    const stores: Batch = { kind: 'stores', rows: [store(1, 'A')] }
    const users: Batch = { kind: 'users', rows: [{ userId: 1, gender: 'male', birthdateS: 0, registeredAtS: 0 }] }
    const stream = Buffer.concat([
      encoder.batch(stores),
      encoder.batch(users),
      encoder.batch(stores),
      encoder.end('stores'),
      encoder.end('users'),
    ])
    const ids = decode('sequenced', [stream]).frames.map((frame) => 'batchId' in frame && frame.batchId)
    expect(ids).toEqual([0, 0, 1, 2, 1])
  })
})

function store(storeId: number, storeName: string) {
  return { storeId, storeName, street: 'St', postalCode: '5', city: 'C', state: 'S', latitude: 1.5, longitude: 2 }
}
