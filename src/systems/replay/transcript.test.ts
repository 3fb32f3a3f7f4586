import { expect, it } from 'vitest'
import type { RunEvent } from '../../core/event.ts'
import type { Json } from '../../core/json.ts'
import type { ClientIndex, PlannedClient } from '../../core/plan.ts'
import type { ReplayParams } from './params/replay-params.ts'
import { replayTranscript } from './transcript.ts'

const at = { client: 0 as ClientIndex, connection: 1, atMs: 1 }

function snapshot(seq: number, vpin: number, details: object = {}): RunEvent {
  const value = { atMs: seq * 250, seq, book: seq * 7, symbol: 'BTCUSD', mode: 'REPLAY', numbers: { vpin }, ...details }
  return { ...at, type: 'delivery', channel: 'snapshot', value: value as unknown as Json }
}

function transcribe(events: readonly RunEvent[], params: object = {}) {
  const transcriber = replayTranscript.follow({ params } as unknown as PlannedClient<ReplayParams>)
  transcriber?.observe({ ...at, type: 'opened', role: 'stream', epoch: 0 })
  for (const event of events) transcriber?.observe(event)
  return transcriber?.listFacts()
}
const keysOf = (kind: string, events: readonly RunEvent[]) =>
  transcribe(events)?.flatMap((fact) => (fact.kind === kind ? [fact.key] : []))

it('compares numbers that come after the same books, whatever they are', () => {
  const one = [snapshot(0, 0), snapshot(1, 0.1), snapshot(2, 0.2)]
  expect(keysOf('snapshot', one)).toHaveLength(2)
  expect(keysOf('snapshot', [snapshot(0, 1), snapshot(1, 1), snapshot(2, 1)])).toEqual(keysOf('snapshot', one))
  const other = keysOf('snapshot', [snapshot(0, 0), snapshot(1, 0.1, { book: 8 }), snapshot(2, 0.2)]) ?? []
  for (const key of other) expect(keysOf('snapshot', one)).not.toContain(key)
})

it('compares them after a jump by what came since, as well', () => {
  const later = [snapshot(9, 0), snapshot(10, 0.1)]
  const one = keysOf('snapshot after a jump', [snapshot(0, 0), snapshot(1, 0), ...later])
  expect(one).toHaveLength(2)
  expect(keysOf('snapshot after a jump', [snapshot(0, 0), ...later])).toEqual(one)
})

it('leaves out what names another session, and sessions that others share', () => {
  expect(transcribe([snapshot(0, 0, { foreignSession: 'x' })])).toEqual([])
  expect(transcribe([snapshot(0, 0)], { session: 'shared' })).toBeUndefined()
})
