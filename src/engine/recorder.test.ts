import { describe, expect, it } from 'vitest'
import { createDeepBudget } from '../check/deep-scan/deep-budget.ts'
import { createClock } from '../core/clock.ts'
import type { RunEvent } from '../core/event.ts'
import { createMint, deriveRunKey } from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'
import { createRecorder } from './recorder.ts'

const me = 1 as ClientIndex
const runKey = deriveRunKey('run')
const scanning = { key: runKey, clients: 10, budget: createDeepBudget('always') }

const awake = { haltedMs: () => 0 }

function record() {
  const events: RunEvent[] = []
  const recorder = createRecorder(me, createClock(), scanning, { observe: (event) => events.push(event) }, awake)
  return { events, recorder }
}

describe('the recorder', () => {
  it('tells a foreign marker at once and own ones when the connection closes', () => {
    const { events, recorder } = record()
    const connection = recorder.opened('upload')
    recorder.bytes(connection, Buffer.from(createMint(runKey, 'payload', me)(1)))
    recorder.bytes(connection, Buffer.from(createMint(runKey, 'payload', 2)(1)))
    recorder.bytes(connection, Buffer.from(createMint(runKey, 'payload', me)(2)))
    recorder.closed(connection, 'ended')
    expect(events.slice(1)).toMatchObject([
      { type: 'marks', bytes: 72, own: 1, foreign: [{ owner: 2, offset: 36 }] },
      { type: 'marks', bytes: 36, own: 1, foreign: [] },
      { type: 'closed', reason: 'ended', bytesIn: 108 },
    ])
  })

  it('tells for how long the generator was held up while an operation was under way, if it took long', () => {
    let nowMs = 0
    const events: RunEvent[] = []
    const clock = { originMs: 0, now: () => nowMs }
    const halts = { haltedMs: (fromMs: number, toMs: number) => (toMs - fromMs) / 2 }
    const recorder = createRecorder(me, clock, scanning, { observe: (event) => events.push(event) }, halts)
    const connection = recorder.opened('upload')
    for (const tookMs of [20, 100]) {
      const operation = recorder.invoke(connection, 'ask', null)
      nowMs += tookMs
      recorder.complete(operation, 'ok', null)
    }
    const completions = events.filter((event) => event.type === 'completion')
    expect(completions.map(({ haltedMs }) => haltedMs)).toEqual([undefined, 50])
  })

  it('tells data of an identity that the client has given up', () => {
    const { events, recorder } = record()
    const earlier = createMint(runKey, 'payload', me, 0)(1)
    recorder.bytes(recorder.opened('upload', 0), Buffer.from(earlier))
    recorder.bytes(recorder.opened('upload', 1), Buffer.from(earlier))
    expect(events.filter(({ type }) => type === 'marks')).toMatchObject([
      { connection: 2, own: 0, foreign: [{ owner: me, epoch: 0 }] },
    ])
  })

  it('numbers connections and operations from 1, and completes each operation once', () => {
    const { events, recorder } = record()
    const connection = recorder.opened('upload')
    const operationId = recorder.invoke(connection, 'ask', null)
    recorder.complete(operationId, 'ok', null)
    expect([connection, operationId]).toEqual([1, 1])
    expect(events.at(-1)).toMatchObject({ type: 'completion', operation: 'ask', operationId: 1, connection: 1 })
    expect(() => recorder.complete(operationId, 'ok', null)).toThrow('operation 1')
  })
})
