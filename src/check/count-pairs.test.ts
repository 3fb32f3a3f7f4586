import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ClientIndex } from '../core/plan.ts'
import { countPairs, observePresence, type Presence } from './count-pairs.ts'

const presence = (client: number, arrivedMs: number, leftMs?: number): Presence => ({
  client: client as ClientIndex,
  arrivedMs,
  ...(leftMs !== undefined && { leftMs }),
})
const pairs = (...presences: Presence[]) => countPairs(presences, () => 'target')

it('two clients that overlap can leak both ways', () => {
  expect(pairs(presence(1, 0, 10), presence(2, 5, 15))).toEqual({ concurrentPairs: 2, successivePairs: 0 })
})

it('of two clients one after the other only the first can leak to the second', () => {
  expect(pairs(presence(1, 0, 10), presence(2, 11, 15))).toEqual({ concurrentPairs: 0, successivePairs: 1 })
})

it('a client that never left is there until the end', () => {
  expect(pairs(presence(1, 0), presence(2, 1000, 1001))).toEqual({ concurrentPairs: 2, successivePairs: 0 })
})

it('clients of different targets are no pairs', () => {
  const both = [presence(1, 0, 10), presence(2, 0, 10)]
  expect(countPairs(both, (client) => `target ${client}`)).toEqual({ concurrentPairs: 0, successivePairs: 0 })
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
          if ((a.leftMs ?? Number.POSITIVE_INFINITY) < b.arrivedMs) successive++
          else if ((b.leftMs ?? Number.POSITIVE_INFINITY) >= a.arrivedMs) concurrent++
        }
      }
      expect(pairs(...presences)).toEqual({ concurrentPairs: concurrent, successivePairs: successive })
    }),
  )
})

it('presences are taken from arrivals and departures', () => {
  const observer = observePresence()
  const client = 4 as ClientIndex
  observer.observe({ type: 'arrived', client, atMs: 3, scheduledAtMs: 2 })
  observer.observe({ type: 'left', client, atMs: 9, finished: false })
  observer.observe({ type: 'arrived', client: 5 as ClientIndex, atMs: 7, scheduledAtMs: 7 })
  observer.observe({ type: 'dropped', client: 6 as ClientIndex, atMs: 8, reason: 'limit' })
  expect(observer.conclude()).toEqual([presence(4, 3, 9), presence(5, 7)])
})
