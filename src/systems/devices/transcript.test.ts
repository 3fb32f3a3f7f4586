import { expect, it } from 'vitest'
import type { Completion, Invocation } from '../../core/event.ts'
import type { Json } from '../../core/json.ts'
import type { ClientIndex, PlannedClient } from '../../core/plan.ts'
import type { DevicesParams } from './params/devices-params.ts'
import { devicesTranscript } from './transcript.ts'

const at = { client: 0 as ClientIndex, connection: 1, atMs: 1 }
let operationId = 0

function ask(operation: string, value: Json, asked: Json = null): [Invocation, Completion] {
  const common = { ...at, operation, operationId: ++operationId }
  return [
    { ...common, type: 'invocation', scheduledAtMs: 1, value: asked },
    { ...common, type: 'completion', outcome: 'ok', value },
  ]
}
const register = (model: string) => ask('register', { status: 200, clientId: 'a', model })
const decide = (layer: number) => ask('decide', { status: 200, layer })
const report = (layer: number) => ask('report', { status: 200 }, { round: 0, model: 'm', layer, bytes: 9 })

function transcribe(events: readonly (Invocation | Completion)[], deviceIds: readonly string[] = []) {
  const arrival = { client: 0 as ClientIndex, group: 'g', indexInGroup: 0, seed: 1, scheduledAtMs: 0 }
  const client = { runId: 'r', arrival, params: { deviceIds } } as unknown as PlannedClient<DevicesParams>
  const transcriber = devicesTranscript.follow(client)
  for (const event of events) transcriber?.observe(event)
  return transcriber?.listFacts()
}
const keys = (...steps: readonly [Invocation, Completion][]) => transcribe(steps.flat())?.map(({ key }) => key)

it('compares decisions of devices that have done the same', () => {
  const all = keys(register('m'), decide(3), report(3), decide(2))
  expect(new Set(all).size).toBe(2)
  expect(keys(register('m'), decide(4), report(3), decide(5))).toEqual(all)
})

it('compares nothing after another model or another report', () => {
  const [first, second] = keys(register('m'), decide(3), report(3), decide(2)) as [string, string]
  expect(keys(register('n'), decide(3))).not.toContain(first)
  const others = keys(register('m'), decide(3), report(2), decide(2))
  expect(others?.[0]).toBe(first)
  expect(others).not.toContain(second)
})

it('leaves out what may be told without a reason, and devices that a server may know again', () => {
  expect(keys(register('m'), decide(-1))).toEqual([])
  expect(transcribe(decide(3), ['fixed'])).toBeUndefined()
})
