import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { countPairs, observePresence, type Presence } from './count-pairs.ts'

const presence = (client: number, fromMs: number, untilMs?: number): Presence => ({
  client: client as ClientIndex,
  fromMs,
  ...(untilMs !== undefined && { untilMs }),
})
const pairs = (...presences: Presence[]) => countPairs(presences, () => 'target')

it('two clients that overlap can leak both ways', () => {
  expect(pairs(presence(1, 0, 10), presence(2, 5, 15))).toEqual({ concurrent: 2, successive: 0 })
})

it('of two clients one after the other only the first can leak to the second', () => {
  expect(pairs(presence(1, 0, 10), presence(2, 11, 15))).toEqual({ concurrent: 0, successive: 1 })
})

it('a client that never went is there until the end', () => {
  expect(pairs(presence(1, 0), presence(2, 1000, 1001))).toEqual({ concurrent: 2, successive: 0 })
})

it('clients of different targets are no pairs', () => {
  const both = [presence(1, 0, 10), presence(2, 0, 10)]
  expect(countPairs(both, (client) => `target ${client}`)).toEqual({ concurrent: 0, successive: 0 })
})

it('counts what comparing each with each counts', () => {
  const any = fc.tuple(fc.nat(20), fc.option(fc.nat(10), { nil: undefined }))
  fc.assert(
    fc.property(fc.array(any, { maxLength: 20 }), (stays) => {
      const presences = stays.map(([from, stay], i) => presence(i, from, stay === undefined ? undefined : from + stay))
      let concurrent = 0
      let successive = 0
      for (const a of presences) {
        for (const b of presences) {
          if (a === b) continue
          if ((a.untilMs ?? Number.POSITIVE_INFINITY) < b.fromMs) successive++
          else if ((b.untilMs ?? Number.POSITIVE_INFINITY) >= a.fromMs) concurrent++
        }
      }
      expect(pairs(...presences)).toEqual({ concurrent: concurrent, successive: successive })
    }),
  )
})

it('a client is there from its first connection to the end of its last, if one ever stood', () => {
  const observer = observePresence()
  const on = (client: number, connection: number, atMs: number) => ({ client: client as ClientIndex, connection, atMs })
  const events: RunEvent[] = [
    { type: 'arrived', client: 4 as ClientIndex, atMs: 1, scheduledAtMs: 1 },
    { type: 'opened', ...on(4, 1, 3), role: 'upload', epoch: 0 },
    { type: 'closed', ...on(4, 1, 5), reason: 'ended', bytesIn: 0 },
    { type: 'opened', ...on(4, 2, 7), role: 'upload', epoch: 0 },
    { type: 'opened', ...on(5, 1, 8), role: 'upload', epoch: 0 },
    { type: 'closed', ...on(4, 2, 9), reason: 'ended', bytesIn: 0 },
    { type: 'left', client: 4 as ClientIndex, atMs: 20, finished: true },
    { type: 'arrived', client: 6 as ClientIndex, atMs: 20, scheduledAtMs: 20 },
    { type: 'opened', ...on(6, 1, 21), role: 'upload', epoch: 0 },
    { type: 'closed', ...on(6, 1, 22), reason: 'refused', bytesIn: 0 },
  ]
  for (const event of events) observer.observe(event)
  expect(observer.conclude()).toEqual([presence(4, 3, 9), presence(5, 8)])
})
