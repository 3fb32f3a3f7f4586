import { encodeHistory } from '../src/check/history/encode-history.ts'
import { readHistory } from '../src/check/history/read-history.ts'
import type { RunEvent } from '../src/core/event.ts'
import type { ClientIndex } from '../src/core/plan.ts'
import { type Benchmark, compareCpuMs } from './benchmark.ts'

const kinds = ['users', 'stores', 'menu_items', 'transactions', 'transaction_items']

/** What an upload looks like: batches with their answers, and now and then a result with the digest of its rows. */
function realisticEvents(count: number): RunEvent[] {
  const events: RunEvent[] = []
  for (let i = 0; events.length < count; i++) {
    const client = (i % 10) as ClientIndex
    const atMs = Math.round(i * 13.7) / 1000
    const operation = { client, connection: 1, operation: 'batch', operationId: Math.floor(i / 10) + 1 }
    const value = { kind: kinds[i % kinds.length] as string, rows: 500 + (i % 7) }
    events.push({ type: 'invocation', ...operation, atMs, scheduledAtMs: atMs, value })
    events.push({ type: 'completion', ...operation, atMs: atMs + 0.4, outcome: 'ok', value: null })
    if (i % 10 > 0) continue
    const part = { query: 'q1', rows: 120, sum: 9120.25, digest: (i * 2654435761).toString(16).padStart(16, '0') }
    events.push({ type: 'delivery', client, connection: 1, atMs: atMs + 0.5, channel: 'results', value: part })
  }
  return events
}

const count = 200_000

function encodeAll(events: readonly RunEvent[]): Buffer[] {
  const encoder = encodeHistory('bench', 0)
  const flushed: Buffer[] = []
  for (const event of events) {
    encoder.encode(event)
    if (encoder.pendingBytes > 60_000) flushed.push(encoder.take())
  }
  encoder.end({ unwritten: 0, facts: null })
  flushed.push(encoder.take())
  return flushed
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'history, encoding an event',
    unit: 'µs',
    aim: { atMost: 0.5 },
    async run() {
      const events = realisticEvents(count)
      const asJson = () => events.reduce((bytes, event) => bytes + JSON.stringify(event).length, 0)
      const [ours, json] = (await compareCpuMs([() => encodeAll(events), asJson])) as [number, number]
      const bytes = encodeAll(events).reduce((sum, { length }) => sum + length, 0)
      return {
        value: (ours * 1000) / events.length,
        ratio: { to: 'JSON.stringify', value: ours / json },
        note: `${(bytes / events.length).toFixed(1)} bytes an event, ${(asJson() / bytes).toFixed(1)} × fewer than JSON`,
      }
    },
  },
  {
    name: 'history, decoding an event',
    unit: 'µs',
    async run() {
      const events = realisticEvents(count)
      const flushed = encodeAll(events)
      const lines = events.map((event) => JSON.stringify(event))
      const decode = () => readHistory('bench', flushed, { observe() {} })
      const parse = () => lines.map((line) => JSON.parse(line))
      const [ours, json] = (await compareCpuMs([decode, parse])) as [number, number]
      return { value: (ours * 1000) / events.length, ratio: { to: 'JSON.parse', value: ours / json } }
    },
  },
]
