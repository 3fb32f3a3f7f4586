import { describe, expect, it } from 'vitest'
import type { Influence, Traces, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { resolveTraces } from './resolve-traces.ts'

const client = (index: number) => index as ClientIndex
const targetOf = (index: ClientIndex) => (index < 100 ? 'here' : 'elsewhere')

function resolve(traces: Traces, deeds: Readonly<Record<number, readonly Influence[]>>, more: Partial<Violation> = {}) {
  const violation: Violation = {
    invariant: 'rate-own',
    kind: 'isolation',
    class: 'foreign',
    recipient: client(3),
    atMs: 100,
    connection: 1,
    message: 'client 3 runs at speed 7',
    traces,
    ...more,
  }
  const influences = Object.entries(deeds).map(([index, own]) => ({ client: client(Number(index)), influences: own }))
  const checks = {
    invariants: [],
    violations: [violation],
    coverage: {},
    issuedIds: [],
    influences,
    answers: [],
    crashes: [],
  }
  return resolveTraces(checks, targetOf).violations[0] as Violation
}

const speed7: Traces = { whats: ['chose speed 7'], sinceMs: 50, isSignature: true }
const paused: Traces = { whats: ['paused', 'stopped'], sinceMs: 50, isSignature: false }

describe('the traces of a violation', () => {
  it('name the only client that did it in its own way', () => {
    const deeds = { 1: [{ what: 'chose speed 7', atMs: 96 }], 2: [{ what: 'chose speed 4', atMs: 97 }] }
    expect(resolve(speed7, deeds)).toMatchObject({
      owner: 1,
      cause: { clients: [1], proof: 'signature', message: 'only client 1 chose speed 7 4 ms before' },
    })
  })

  it('list suspects where several did it, each with its latest deed', () => {
    const deeds = {
      2: [
        { what: 'chose speed 7', atMs: 60 },
        { what: 'chose speed 7', atMs: 99 },
      ],
      1: [{ what: 'chose speed 7', atMs: 96 }],
    }
    const { owner, cause } = resolve(speed7, deeds)
    expect(owner).toBeUndefined()
    expect(cause).toEqual({
      clients: [1, 2],
      proof: 'suspected',
      message: 'client 1 chose speed 7 4 ms before, client 2 chose speed 7 1 ms before',
    })
  })

  it('only suspect a single client that did what all do alike', () => {
    expect(resolve(paused, { 1: [{ what: 'stopped', atMs: 80 }] }).cause).toMatchObject({
      clients: [1],
      proof: 'suspected',
    })
  })

  it.each([
    ['after the violation', { 1: [{ what: 'chose speed 7', atMs: 101 }] }],
    ['by the recipient itself', { 3: [{ what: 'chose speed 7', atMs: 96 }] }],
    ['at another target', { 111: [{ what: 'chose speed 7', atMs: 96 }] }],
  ])('name nobody for what was done %s', (_when, deeds) => expect(resolve(speed7, deeds).cause).toBeUndefined())

  it('name who did it in its own way before the time in question, where nobody did it since', () => {
    const deed = { 1: [{ what: 'chose speed 7', atMs: 20 }] }
    expect(resolve(speed7, deed).cause).toMatchObject({ clients: [1], proof: 'signature' })
    expect(resolve({ ...speed7, isSignature: false }, deed).cause).toBeUndefined()
    const since = { ...deed, 2: [{ what: 'chose speed 7', atMs: 60 }] }
    expect(resolve(speed7, since).cause).toMatchObject({ clients: [2], proof: 'signature' })
  })

  it('leave a cause alone that the checker knew', () => {
    const cause = { clients: [client(5)], proof: 'marker', message: 'its marker' } as const
    expect(resolve(speed7, { 1: [{ what: 'chose speed 7', atMs: 96 }] }, { cause }).cause).toBe(cause)
  })

  it.each([
    [12, 12],
    [13, 0],
  ])('of %i clients that did it tell %i: more than a person would look at say nothing', (doers, told) => {
    const deeds = Object.fromEntries(Array.from({ length: doers }, (_, i) => [i + 20, [{ what: 'paused', atMs: 80 }]]))
    expect(resolve(paused, deeds).cause?.clients.length ?? 0).toBe(told)
  })
})
