import { expect, it } from 'vitest'
import { createMint, deriveRunKey } from '../../core/marker.ts'
import type { ClientIndex } from '../../core/plan.ts'
import { normaliseFact } from './normalise-markers.ts'

const self = 3 as ClientIndex

function tell(runId: string) {
  const key = deriveRunKey(runId)
  const own = createMint(key, 'payload', self, 1)(7)
  const other = createMint(key, 'identity', 4)(0)
  const fact = { kind: 'k', key: `of ${own}`, fields: { rows: [{ [own]: `${other};${own}` }], n: 5 }, atMs: 1 }
  return normaliseFact(fact, key, self)
}

it('makes what was told in two runs with markers of their own the same', () => {
  expect(tell('one')).toEqual(tell('another'))
  expect(tell('one')).toMatchObject({
    key: 'of <own payload 1.7>',
    fields: { rows: [{ '<own payload 1.7>': '<client 4 identity 0.0>;<own payload 1.7>' }], n: 5 },
  })
})

it('tells a marker of another run from an own one', () => {
  const key = deriveRunKey('one')
  const text = createMint(deriveRunKey('another'), 'payload', self)(7)
  const fact = normaliseFact({ kind: 'k', key: '', fields: { text }, atMs: 1 }, key, self)
  expect(fact.fields).toEqual({ text: '<orphan payload 0.7>' })
})
