import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InvariantKind, Proof, Violation, ViolationClass } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { foldConsequences } from './fold-consequences.ts'

const kinds: Readonly<Record<string, InvariantKind>> = {
  ownership: 'isolation',
  'own-rule': 'isolation',
  'exactly-once': 'correctness',
  complete: 'loss',
  freed: 'hygiene',
}
const client = (index: number) => index as ClientIndex
const broken = (invariant: string, recipient: number, atMs: number, more: Partial<Violation> = {}): Violation => ({
  invariant,
  kind: kinds[invariant] ?? 'correctness',
  class: 'wrong',
  recipient: client(recipient),
  atMs,
  connection: 1,
  message: `${invariant} of ${recipient}`,
  ...more,
})
const foreign = (recipient: number, owner: number, atMs: number): Violation =>
  broken('ownership', recipient, atMs, {
    class: 'foreign',
    owner: client(owner),
    cause: { clients: [client(owner)], proof: 'marker', message: '' },
  })

describe('folding', () => {
  it('of nothing finds nothing', () => expect(foldConsequences([])).toEqual([]))

  it('tells a broadcast that breaks three rules as one finding', () => {
    const [finding, ...others] = foldConsequences([
      broken('exactly-once', 1, 12, { class: 'duplicate' }),
      broken('own-rule', 1, 11, { class: 'foreign' }),
      foreign(1, 2, 10),
      foreign(3, 2, 10),
    ])
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      violation: { invariant: 'ownership', recipient: 1 },
      count: 4,
      firstMs: 10,
      lastMs: 12,
      invariants: { 'exactly-once': 1, 'own-rule': 1, ownership: 2 },
      recipients: [1, 3],
      owners: [2],
    })
    expect(finding?.examples.map(({ invariant }) => invariant)).toEqual(['own-rule', 'exactly-once', 'ownership'])
  })

  it('tells ten thousand leaks of one kind as one, with a few examples', () => {
    const leaks = Array.from({ length: 10_000 }, (_, i) => foreign(i % 100, (i + 1) % 100, i))
    const [finding, ...others] = foldConsequences(leaks)
    expect(others).toEqual([])
    expect(finding).toMatchObject({ count: 10_000, firstMs: 0, lastMs: 9999 })
    expect([finding?.recipients.length, finding?.owners.length, finding?.examples.length]).toEqual([100, 100, 5])
  })

  it('counts a loss of the one whose data went astray as a consequence', () => {
    const findings = foldConsequences([foreign(1, 2, 10), broken('complete', 2, 99, { class: 'lost', connection: 7 })])
    expect(findings).toMatchObject([{ invariants: { ownership: 1, complete: 1 }, recipients: [1, 2], owners: [2] }])
  })

  it('keeps apart what came before the leak, what others suffered, and what is wrong with the server', () => {
    const { recipient: _nobody, ...ofServer } = broken('freed', 0, 60, { class: 'leaked' })
    const findings = foldConsequences([
      foreign(1, 2, 10),
      broken('exactly-once', 1, 9, { class: 'duplicate' }),
      broken('complete', 5, 50, { class: 'lost' }),
      ofServer,
    ])
    expect(findings.map(({ invariants }) => Object.keys(invariants))).toEqual([
      ['ownership'],
      ['exactly-once'],
      ['complete'],
      ['freed'],
    ])
  })

  it('puts the surest cause first and does not take suspects for owners', () => {
    const cause = (proof: Proof) => ({ cause: { clients: [client(8)], proof, message: '' } })
    const [finding] = foldConsequences([
      broken('own-rule', 1, 5, cause('suspected')),
      broken('own-rule', 2, 6, cause('signature')),
      broken('own-rule', 3, 7),
    ])
    expect(finding).toMatchObject({ violation: { recipient: 2 }, owners: [8] })
    expect(foldConsequences([broken('own-rule', 1, 5, cause('suspected'))])).toMatchObject([{ owners: [] }])
  })

  it('adds up what records stand for more than one', () => {
    const flood = { ...foreign(1, 2, 10), count: 500, lastAtMs: 80 }
    expect(foldConsequences([foreign(1, 2, 9), flood])).toMatchObject([
      { count: 501, firstMs: 9, lastMs: 80, invariants: { ownership: 501 } },
    ])
  })

  it('loses nothing, invents nothing and does not depend on the order', () => {
    const violation = fc
      .record({
        invariant: fc.constantFrom(...Object.keys(kinds)),
        recipient: fc.nat(5),
        atMs: fc.nat(20),
        class: fc.constantFrom<ViolationClass>('foreign', 'lost', 'wrong'),
        owner: fc.option(fc.nat(5), { nil: undefined }),
        connection: fc.integer({ min: 1, max: 2 }),
      })
      .map(({ invariant, recipient, atMs, class: type, owner, connection }) =>
        broken(invariant, recipient, atMs, {
          class: type,
          connection,
          message: `${type} ${owner} ${connection}`,
          ...(owner !== undefined && { owner: client(owner) }),
        }),
      )
    fc.assert(
      fc.property(fc.array(violation, { maxLength: 30 }), (violations) => {
        const findings = foldConsequences(violations)
        expect(findings.reduce((sum, { count }) => sum + count, 0)).toBe(violations.length)
        expect(foldConsequences([...violations].reverse())).toEqual(findings)
      }),
    )
  })
})
