import { expect, it } from 'vitest'
import { findClosest, suggest } from './suggest.ts'

const words = ['clients', 'iterations', 'thinkTime', 'reconnect']

it.each([
  ['cleints', 'clients'],
  ['client', 'clients'],
  ['thinktime', 'thinkTime'],
  ['reconect', 'reconnect'],
  ['iter', 'iterations'],
])('%s is taken for %s', (written, meant) => expect(findClosest(written, words)).toBe(meant))

it.each(['rows', 'x', ''])('%j is near to none of them', (written) => {
  expect(findClosest(written, words)).toBeUndefined()
})

it('an unknown key far from all others is told what is accepted', () => {
  const problem = { path: [], message: 'unknown key "x"', unknownKey: 'x', accepted: words }
  expect(suggest(problem, {}).hint).toBe('accepted here: clients, iterations, thinkTime, reconnect')
})

it('a wrong value is compared with the accepted values', () => {
  const problem = { path: ['mode'], message: 'wrong', accepted: ['fast', 'slow'], hint: 'known: fast, slow' }
  expect(suggest(problem, { mode: 'fats' }).hint).toBe('did you mean "fast"?')
  expect(suggest(problem, { mode: 'other' }).hint).toBe('known: fast, slow')
  expect(suggest(problem, { mode: 3 }).hint).toBe('known: fast, slow')
})
