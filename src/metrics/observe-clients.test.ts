import { expect, it } from 'vitest'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { accountForClients } from './accounting.ts'
import { countLostConnections, mergeClients, observeClients } from './observe-clients.ts'

const at = (client: number) => ({ client: client as ClientIndex, atMs: 1, connection: 1 })
const events: readonly RunEvent[] = [
  { ...at(1), type: 'arrived', scheduledAtMs: 0 },
  { ...at(1), type: 'delivery', channel: 'news', value: null },
  { ...at(1), type: 'delivery', channel: 'news', value: null },
  { ...at(1), type: 'closed', reason: 'ended', bytesIn: 0 },
  { ...at(1), type: 'left', finished: true },
  { ...at(2), type: 'arrived', scheduledAtMs: 0 },
  { ...at(2), type: 'closed', reason: 'reset', bytesIn: 0 },
  { ...at(2), type: 'closed', reason: 'dropped', bytesIn: 0 },
  { ...at(2), type: 'left', finished: false },
  { ...at(11), type: 'dropped', reason: 'limit' },
]

const observed = (some: readonly RunEvent[]) => {
  const observer = observeClients((client) => (client < 10 ? 'few' : 'rest'))
  for (const event of some) observer.observe(event)
  return observer.conclude()
}

it('clients, connections and messages are counted by group', () => {
  expect(observed(events)).toEqual([
    {
      group: 'few',
      clients: { arrived: 2, finished: 1, unfinished: 1, dropped: 0 },
      closed: { dropped: 1, ended: 1, reset: 1 },
      deliveries: { news: 2 },
      faults: {},
    },
    {
      group: 'rest',
      clients: { arrived: 0, finished: 0, unfinished: 0, dropped: 1 },
      closed: {},
      deliveries: {},
      faults: {},
    },
  ])
})

it('only connections that the client did not end itself are lost', () => {
  expect(countLostConnections(observed(events))).toBe(1)
})

it('the parts merge to the whole', () => {
  const parts = [11, 2, 1].map((client) => observed(events.filter((event) => event.client === client)))
  expect(mergeClients(parts)).toEqual(observed(events))
})

it('a client that neither finished nor was dropped breaks the account', () => {
  expect(accountForClients(3, { finished: 1, unfinished: 1, dropped: 1 }).holds).toBe(true)
  expect(accountForClients(4, { finished: 1, unfinished: 1, dropped: 1 }).holds).toBe(false)
})

it('a connection that a fault of the run struck is not lost, and faults are counted by their rule', () => {
  const client = 1 as ClientIndex
  const on = (connection: number) => ({ client, connection, atMs: 1 })
  const counted = observed([
    { type: 'fault', fault: 'slow-reader', value: { rule: 2 }, ...on(1) },
    { type: 'fault', fault: 'leave', value: {}, ...on(2) },
    { type: 'closed', reason: 'reset', bytesIn: 0, ...on(1) },
    { type: 'closed', reason: 'reset', bytesIn: 0, ...on(2) },
  ])
  expect(counted).toMatchObject([{ closed: { reset: 1 }, faults: { 2: 1 } }])
  expect(countLostConnections(counted)).toBe(1)
})
