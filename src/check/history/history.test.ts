import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { McsimError } from '../../core/errors.ts'
import type { RunEvent } from '../../core/event.ts'
import type { Json } from '../../core/json.ts'
import type { ClientIndex } from '../../core/plan.ts'
import { encodeHistory } from './encode-history.ts'
import { readHistory } from './read-history.ts'

/** What the run's clock tells: whole microseconds, as milliseconds. */
const time = fc.integer({ min: 0, max: 3_600_000_000 }).map((us) => us / 1000)
const count = fc.oneof(fc.nat(300), fc.nat(), fc.maxSafeNat())
const word = fc.oneof(fc.constantFrom('batch', 'eof', 'results'), fc.string({ unit: 'binary', maxLength: 60 }))
// Half surrogate pairs come out of JSON texts that servers send.
const anyText = fc.oneof(word, fc.constantFrom('\ud800', 'a\udfff', '__proto__'), fc.string({ maxLength: 400 }))
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    anyText,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value

const seen = { client: fc.nat((1 << 20) - 1).map((index) => index as ClientIndex), atMs: time }
const onConnection = { ...seen, connection: count }
const type = <T extends RunEvent['type']>(name: T) => fc.constant(name)
const mark = fc.record(
  {
    kind: fc.constantFrom('payload' as const, 'identity' as const),
    owner: fc.oneof(seen.client, fc.constantFrom('orphan' as const, 'corrupt' as const)),
    epoch: fc.nat(1023),
    sequence: fc.nat((1 << 24) - 1),
    offset: count,
    form: word,
    isWeak: fc.constant(true as const),
  },
  { requiredKeys: ['kind', 'owner', 'epoch', 'sequence', 'offset'] },
)
const operation = { ...onConnection, operation: word, operationId: count, value }
const event: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({ ...seen, type: type('arrived'), scheduledAtMs: time }),
  fc.record({ ...seen, type: type('left'), finished: fc.boolean() }),
  fc.record({ ...seen, type: type('dropped'), reason: word }),
  fc.record({ ...onConnection, type: type('opened'), role: word, epoch: count }),
  fc.record({ ...onConnection, type: type('closed'), reason: fc.constantFrom('ended', 'reset'), bytesIn: count }),
  fc.record({ ...operation, type: type('invocation'), scheduledAtMs: time }),
  fc.record(
    {
      ...operation,
      type: type('completion'),
      outcome: fc.constantFrom('ok', 'failed', 'limited', 'indeterminate'),
      errorCode: word,
      haltedMs: time,
    },
    { requiredKeys: ['client', 'atMs', 'connection', 'operation', 'operationId', 'value', 'type', 'outcome'] },
  ),
  fc.record(
    { ...onConnection, type: type('delivery'), channel: word, value, causeId: count, expectedAtMs: time },
    { requiredKeys: ['client', 'atMs', 'connection', 'type', 'channel', 'value'] },
  ),
  fc.record({
    ...onConnection,
    type: type('marks'),
    bytes: count,
    deepBytes: count,
    decodedBytes: count,
    own: count,
    foreign: fc.array(mark),
  }),
  fc.record({ ...onConnection, type: type('fault'), fault: word, value }),
  fc.record({ ...onConnection, type: type('stray-bytes'), bytes: count, excerpt: word }),
)

const end = { unwritten: 0, facts: { durationMs: 12.5, bugs: ['none'] } }

function encode(events: readonly RunEvent[]): Buffer {
  const encoder = encodeHistory('run-1', 3)
  for (const one of events) encoder.encode(one)
  encoder.end(end)
  return encoder.take()
}

async function read(...chunks: Uint8Array[]) {
  const events: RunEvent[] = []
  const summary = await readHistory('file', chunks, { observe: (one) => events.push(one) })
  return { ...summary, events, count: summary.events }
}

const left = (atMs: number): RunEvent => ({ type: 'left', client: 1 as ClientIndex, atMs, finished: true })

describe('a history', () => {
  it('gives back every event as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
        const history = await read(encode(events))
        expect(history).toEqual({ runId: 'run-1', thread: 3, end, count: events.length, events })
      }),
      { numRuns: 300 },
    )
  })

  it('reads alike however it is split and flushed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 10 }), fc.integer({ min: 1, max: 50 }), async (events, size) => {
        const encoder = encodeHistory('run-1', 3)
        const flushed: Buffer[] = []
        for (const one of events) {
          encoder.encode(one)
          if (encoder.pendingBytes > size) flushed.push(encoder.take())
        }
        encoder.end(end)
        flushed.push(encoder.take())
        const bytes = Buffer.concat(flushed)
        expect(bytes.equals(encode(events))).toBe(true)
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        )
        expect((await read(...chunks)).events).toEqual(events)
      }),
    )
  })

  it('that was cut anywhere is read up to its last whole event and says that it was cut', async () => {
    const events = fc.sample(event, { numRuns: 8, seed: 1 })
    const bytes = encode(events)
    let whole = 0
    for (let length = 0; length < bytes.length; length++) {
      const history = await read(bytes.subarray(0, length))
      expect(history.end).toBeUndefined()
      expect(history.events).toEqual(events.slice(0, history.count))
      expect(history.count).toBeGreaterThanOrEqual(whole)
      whole = history.count
    }
    expect(whole).toBe(events.length)
  })

  it('rounds times to the microsecond, and tells rounded ones as they are', async () => {
    const { events } = await read(encode([left(1.2344), left(0.1234999), left(1234.567)]))
    expect(events.map(({ atMs }) => atMs)).toEqual([1.234, 0.123, 1234.567])
  })

  it('is right also when more strings come than its tables hold', async () => {
    const events = Array.from(
      { length: 6000 },
      (_, i): RunEvent => ({
        type: 'fault',
        client: 1 as ClientIndex,
        atMs: i,
        connection: 1,
        fault: `fault ${i % 5000}`,
        value: { [`key ${i}`]: `value ${i}` },
      }),
    )
    expect((await read(encode(events))).events).toEqual(events)
  })

  it('is refused when it is something else, of another version, or damaged', async () => {
    await expect(read(Buffer.from('a,b,c\n1,2,3\n4,5,6\n'))).rejects.toMatchObject({ code: 'not-a-history' })
    await expect(read(Buffer.from('a,b'))).rejects.toMatchObject({ code: 'not-a-history' })
    const bytes = encode([left(1), left(2)])
    const changed = (at: number, value: number) => Buffer.from(bytes).fill(value, at, at + 1)
    await expect(read(changed(13, 9))).rejects.toMatchObject({ code: 'history-version' })
    // The end record: its length, its tag, and the number of events.
    const headBytes = 15 + (bytes[14] as number)
    const endBytes = encode([]).length - headBytes
    await expect(read(changed(bytes.length - endBytes + 2, 7))).rejects.toMatchObject({ code: 'history-damaged' })
    await expect(read(bytes, Buffer.of(1, 0))).rejects.toMatchObject({ code: 'history-damaged' })
  })

  it('with any one byte changed is read or refused, with nothing else thrown', async () => {
    const bytes = encode(fc.sample(event, { numRuns: 20, seed: 2 }))
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const refused = await read(Buffer.from(bytes).fill(value, at, at + 1)).catch((error: unknown) => error)
        if (refused instanceof Error) expect(refused).toBeInstanceOf(McsimError)
      }),
      { numRuns: 2000 },
    )
  })

  it('takes little room: less than 30 bytes for an operation and its answer', () => {
    const pairs = Array.from({ length: 100 }, (_, i): RunEvent[] => {
      const of = { client: 5 as ClientIndex, connection: 1, operation: 'batch', operationId: i + 1 }
      const scheduledAtMs = i
      return [
        { ...of, type: 'invocation', atMs: i, scheduledAtMs, value: { kind: 'transactions', rows: 500 } },
        { ...of, type: 'completion', atMs: i + 0.4, outcome: 'ok', value: null },
      ]
    })
    expect(encode(pairs.flat()).length).toBeLessThan(100 * 30)
  })
})
