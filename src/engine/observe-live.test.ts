import { afterEach, describe, expect, it } from 'vitest'
import { createViolationLog } from '../check/violation-log.ts'
import type { Violation } from '../core/check.ts'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { type LiveObserver, mergeLiveViews, observeLive } from './observe-live.ts'

const client = (index: number) => index as ClientIndex
const started: LiveObserver[] = []
afterEach(() => {
  for (const live of started.splice(0)) live.stop()
})

function start(clients: number, members = clients): LiveObserver {
  const live = observeLive(clients, (index) => (index < members ? 'viewers' : undefined))
  started.push(live)
  return live
}

const leak = (owner: number, recipient: number, atMs: number): Violation => ({
  invariant: 'ownership',
  kind: 'isolation',
  class: 'foreign',
  owner: client(owner),
  recipient: client(recipient),
  atMs,
  connection: 1,
  message: `client ${recipient} got data of client ${owner}`,
})

const answered = (index: number): RunEvent => ({
  type: 'completion',
  client: client(index),
  connection: 1,
  atMs: 5,
  operation: 'ask',
  operationId: 1,
  outcome: 'ok',
  value: null,
})

describe('a shard that is watched', () => {
  it('tells what is found as soon as it is found, alike violations as one', () => {
    const live = start(4)
    const log = createViolationLog()
    log.add(leak(1, 2, 10))
    log.add(leak(3, 2, 20))
    expect(live.snapshot().findings).toEqual([
      {
        group: 'viewers',
        invariant: 'ownership',
        kind: 'isolation',
        class: 'foreign',
        count: 2,
        firstMs: 10,
        lastMs: 20,
        message: 'client 2 got data of client 3',
      },
    ])
  })

  it('keeps to its own clients, though others are judged in the same thread', () => {
    const live = start(8, 2)
    createViolationLog().add(leak(1, 7, 10))
    expect(live.snapshot().findings).toEqual([])
  })

  it('hears no more when it has stopped', () => {
    const live = start(4)
    live.stop()
    createViolationLog().add(leak(1, 2, 10))
    expect(live.snapshot().findings).toEqual([])
  })

  it('shows who was reached, and by whose data', () => {
    const live = start(3)
    live.observe(answered(1))
    live.observe({ ...answered(2), outcome: 'failed' } as RunEvent)
    createViolationLog().add(leak(0, 2, 10))
    const { cells, perCell, reached, leaks } = live.snapshot().matrix
    expect([cells, perCell, [...reached], [...leaks]]).toEqual([3, 1, [0, 1, 0], [0, 0, 1, 0, 0, 0, 0, 0, 0]])
  })

  it('lets neighbours share a cell where there are many', () => {
    const live = start(10_000)
    live.observe(answered(9_999))
    createViolationLog().add(leak(0, 9_999, 10))
    const { cells, perCell, reached, leaks } = live.snapshot().matrix
    expect([cells, perCell, reached[15], leaks[15]]).toEqual([16, 625, 1, 1])
  })

  it('shows the latest events of the client that is watched, and of nobody else', () => {
    const live = start(4)
    live.observe(answered(1))
    live.watch(client(1))
    for (let i = 0; i < 15; i++) live.observe({ ...answered(1), atMs: i } as RunEvent)
    live.observe(answered(2))
    const watched = live.snapshot().watched
    expect(watched?.client).toBe(1)
    expect(watched?.events.map(({ atMs }) => atMs)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    live.watch(undefined)
    expect(live.snapshot().watched).toBeUndefined()
  })
})

it('what several threads saw adds up', () => {
  const one = start(2)
  const log = createViolationLog()
  log.add(leak(0, 1, 10))
  one.stop()
  const other = start(2)
  log.add(leak(0, 1, 30))
  log.add(leak(0, 1, 20))
  other.observe(answered(0))
  const merged = mergeLiveViews([one.snapshot(), other.snapshot()])
  expect(merged.findings).toMatchObject([{ count: 3, firstMs: 10, lastMs: 20 }])
  expect([...merged.matrix.leaks]).toEqual([0, 3, 0, 0])
  expect([...merged.matrix.reached]).toEqual([1, 0])
})
