import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { batchEvents } from './batch-events.ts'

const dropped = (client: number): RunEvent => ({
  type: 'dropped',
  client: client as ClientIndex,
  atMs: client,
  reason: 'test',
})

describe('batchEvents', () => {
  it('hands each event to each observer, in order and once, however many there are', () => {
    const seen: number[][] = [[], []]
    const observers = seen.map((clients) => ({ observe: ({ client }: RunEvent) => void clients.push(client) }))
    const batched = batchEvents(observers, () => {})
    const clients = Array.from({ length: 1000 }, (_, i) => i)
    for (const client of clients) batched.observe(dropped(client))
    expect(seen[0]?.length).toBeGreaterThan(0)
    batched.flush()
    batched.flush()
    expect(seen).toEqual([clients, clients])
  })

  it('tells what an observer throws and goes on with the others', () => {
    const errors: unknown[] = []
    const seen: number[] = []
    const failing = {
      observe({ client }: RunEvent) {
        if (client === 1) throw new Error('one')
        seen.push(client)
      },
    }
    const batched = batchEvents([failing, { observe: ({ client }) => void seen.push(10 + client) }], (error) =>
      errors.push(error),
    )
    for (const client of [0, 1, 2]) batched.observe(dropped(client))
    batched.flush()
    expect(errors).toEqual([new Error('one')])
    expect(seen).toEqual([0, 2, 10, 11, 12])
  })

  it('hands on nothing of what comes after its end', () => {
    const seen: number[] = []
    const batched = batchEvents([{ observe: ({ client }) => void seen.push(client) }], () => {})
    batched.observe(dropped(0))
    batched.end()
    for (let i = 1; i < 1000; i++) batched.observe(dropped(i))
    batched.flush()
    expect(seen).toEqual([0])
  })

  it('keeps what observers tell while they observe', () => {
    const seen: number[] = []
    const telling = {
      observe({ client }: RunEvent) {
        seen.push(client)
        if (client === 0) batched.observe(dropped(1))
      },
    }
    const batched = batchEvents([telling], () => {})
    batched.observe(dropped(0))
    batched.flush()
    expect(seen).toEqual([0])
    batched.flush()
    expect(seen).toEqual([0, 1])
  })
})
