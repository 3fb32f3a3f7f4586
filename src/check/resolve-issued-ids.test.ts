import { expect, it } from 'vitest'
import type { Violation } from '../core/check.ts'
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
const resolve = (violation: Violation, ...issued: readonly (readonly [number, string])[]) => {
  const issuedIds = issued.map(([index, id]) => ({ client: client(index), ids: [id, id] }))
  const checks = { invariants: [], violations: [violation], coverage: {}, issuedIds, crashes: [] }
  return resolveIssuedIds(checks).violations[0]
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
