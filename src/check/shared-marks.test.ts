import { describe, expect, it } from 'vitest'
import type { Delivery, Marks } from '../core/event.ts'
import { createMint, deriveRunKey } from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { Visibility } from '../core/scenario.ts'
import { createSharing } from './create-sharing.ts'
import { createOwnershipChecker } from './ownership.ts'

const key = deriveRunKey('run')
const me = 7 as ClientIndex
/** Clients 5 to 9 are of one group. */
const isPeer = (other: number) => other >= 5 && other < 10
const other = { peer: 8 as ClientIndex, stranger: 20 as ClientIndex }
const identityOf = (owner: ClientIndex) => createMint(key, 'identity', owner)(1)

const seen = (...owners: (ClientIndex | 'orphan')[]): Marks => ({
  type: 'marks',
  client: me,
  connection: 1,
  atMs: 5,
  bytes: 100,
  deepBytes: 100,
  decodedBytes: 0,
  own: 1,
  foreign: owners.map((owner) => ({ kind: 'identity', owner, epoch: 0, sequence: 1, offset: 3 })),
})
const told = (channel: string, ...owners: ClientIndex[]): Delivery => ({
  type: 'delivery',
  client: me,
  connection: 1,
  atMs: 6,
  channel,
  value: { names: owners.map(identityOf) },
})

function judge(visibility: Record<string, Visibility>, ...events: (Marks | Delivery)[]) {
  const checker = createOwnershipChecker(me, createSharing(visibility, isPeer), key)
  for (const event of events) {
    if (event.type !== 'delivery' || checker.channels?.has(event.channel)) checker.observe?.(event)
  }
  const { violations, coverage } = checker.conclude()
  return { owners: violations.map(({ owner }) => owner), shared: coverage?.['sharedMarkers'] }
}

describe('a marker of another client', () => {
  it('is foreign on a private channel, whatever others are declared to be', () => {
    expect(judge({}, seen(other.peer), told('lobby', other.peer)).owners).toEqual([other.peer])
    const elsewhere = judge({ news: 'public' }, seen(other.peer), told('lobby', other.peer))
    expect(elsewhere).toEqual({ owners: [other.peer], shared: 0 })
  })

  it('is shared on a public channel', () => {
    const both = judge({ lobby: 'public' }, seen(other.peer, other.stranger), told('lobby', other.peer, other.stranger))
    expect(both).toEqual({ owners: [], shared: 2 })
  })

  it('is shared on a channel of the group where its owner belongs to it', () => {
    const both = judge({ lobby: 'group' }, seen(other.peer, other.stranger), told('lobby', other.peer, other.stranger))
    expect(both).toEqual({ owners: [other.stranger], shared: 1 })
  })

  it('is foreign when no message of a shared channel has it, and may come before or after one that does', () => {
    expect(judge({ lobby: 'public' }, seen(other.peer), told('lobby', other.stranger)).owners).toEqual([other.peer])
    expect(judge({ lobby: 'public' }, told('lobby', other.peer), seen(other.peer)).owners).toEqual([])
  })

  it('is never shared when it is of another run', () => {
    expect(judge({ lobby: 'public' }, seen('orphan'), told('lobby', other.peer))).toEqual({
      owners: [undefined],
      shared: 0,
    })
  })
})
