import { expect, it } from 'vitest'
import type { Invariant, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { resolveIssuedIds } from './resolve-issued-ids.ts'

const client = (index: number) => index as ClientIndex
const sighting: Violation = {
  invariant: 'ids-own',
  kind: 'isolation',
  class: 'foreign',
  recipient: client(1),
  issuedId: 's-2',
  atMs: 5,
  connection: 1,
  message: 'session s-2 is not mine',
}
const invariant: Invariant = { name: 'ids-own', kind: 'isolation', sentence: 'Ids are own.' }
const tally = { group: 'g', ...invariant, examined: 2, undecidable: 0, violations: 0 }
const conclude = (violations: readonly Violation[], issued: readonly (readonly [number, string])[]) => {
  const issuedIds = issued.map(([index, id]) => ({ client: client(index), group: 'g', invariant, ids: [id, id] }))
  return resolveIssuedIds({
    invariants: [tally],
    violations,
    coverage: {},
    issuedIds,
    influences: [],
    answers: [],
    crashes: [],
  })
}
const resolve = (violation: Violation, ...issued: readonly (readonly [number, string])[]) => {
  return conclude([violation], issued).violations[0]
}

it('an id that was seen elsewhere gets the owner who proved it', () => {
  expect(resolve(sighting, [1, 's-1'], [2, 's-2'])).toMatchObject({
    owner: 2,
    cause: { clients: [2], proof: 'signature' },
  })
})

it('an id that nobody proved stays without an owner', () => expect(resolve(sighting, [3, 's-3'])).toEqual(sighting))

it('an id that two clients proved has two suspects and no owner', () => {
  const resolved = resolve(sighting, [2, 's-2'], [4, 's-2'])
  expect(resolved).toMatchObject({ cause: { clients: [2, 4], proof: 'suspected' } })
  expect(resolved).not.toHaveProperty('owner')
})

it('what the checker knew itself stays', () => {
  const known: Violation = { ...sighting, owner: client(9) }
  expect(resolve(known, [2, 's-2'])).toEqual(known)
})

it('a random id that two clients got as their own is a violation of its own, and is counted as one', () => {
  const id = '0b1c2d3e-aaaa-4bbb-8ccc-0123456789ab'
  const { violations, invariants } = conclude(
    [],
    [
      [2, id],
      [4, id],
      [5, 'other'],
    ],
  )
  expect(violations).toMatchObject([{ class: 'foreign', recipient: 4, cause: { clients: [2, 4], proof: 'suspected' } }])
  expect(invariants).toMatchObject([{ name: 'ids-own', violations: 1 }])
})

it('the number of a place that one client after another got is no violation', () =>
  expect(
    conclude(
      [],
      [
        [2, 'slot-1'],
        [4, 'slot-1'],
      ],
    ).violations,
  ).toEqual([]))
