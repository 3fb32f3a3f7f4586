import { describe, expect, it } from 'vitest'
import type { Cause, Finding, Violation } from '../../core/check.ts'
import type { ClientIndex } from '../../core/plan.ts'
import type { GroupReport, InvariantReport } from '../../core/report.ts'
import type { TrialKind } from '../../core/self-test.ts'
import type { Defect } from '../../core/system.ts'
import { judgeTrial } from './judge-trial.ts'

const asClients = (indexes: readonly number[]) => indexes as readonly ClientIndex[]

const leak: Defect = { name: 'leak', sentence: '', mustRed: ['ownership', 'exact'], mayRed: ['complete'] }
const blamed: Defect = { ...leak, blame: { proof: 'marker', on: 'another' } }
const groups = [{ name: 'active', planned: 2 } as GroupReport, { name: 'witness', planned: 1 } as GroupReport]

/** A report in which invariants turned red at these times, and this is what was found. */
function report(red: Readonly<Record<string, number>>, findings: readonly Finding[] = []) {
  const invariants = ['ownership', 'exact', 'complete', 'silent'].map((name): InvariantReport => {
    const counts = { examined: 9, undecidable: 0, violations: name in red ? 1 : 0 }
    const firstViolationMs = red[name]
    const times = firstViolationMs === undefined ? {} : { firstViolationMs }
    return { group: 'active', name, kind: 'isolation', sentence: '', ...counts, ...times }
  })
  return { invariants, groups, findings }
}

function finding(more: Partial<Violation>, owners: readonly number[] = []): Finding {
  const about = { invariant: 'ownership', kind: 'isolation', class: 'foreign', atMs: 1, connection: 1 } as const
  const violation = { ...about, recipient: 0 as ClientIndex, message: 'm', ...more }
  return {
    violation,
    count: 1,
    firstMs: 1,
    lastMs: 1,
    invariants: {},
    recipients: [],
    owners: asClients(owners),
    examples: [],
  }
}
const because = (clients: readonly number[], proof: Cause['proof'] = 'marker'): Partial<Violation> => ({
  cause: { clients: asClients(clients), proof, message: 'it was so' },
})

const judge = (defects: readonly Defect[], of: ReturnType<typeof report>, kind: TrialKind = 'defect') =>
  judgeTrial({ kind, defects, active: ['active'] }, of)

describe('the judgement of a trial', () => {
  it('finds nothing to say where all is red that must be, and nothing but what may be', () => {
    const all = { missed: [], notAllowed: [], misblamed: [], firstMs: 20 }
    expect(judge([leak], report({ ownership: 30, exact: 20, complete: 10 }))).toEqual(all)
    expect(judge([leak], report({ ownership: 20, exact: 30 }))).toEqual(all)
  })

  it('tells what had to be red and is green, and what is red and must not be', () => {
    const { missed, notAllowed, firstMs } = judge([leak], report({ exact: 5, silent: 1 }))
    expect({ missed, notAllowed, firstMs }).toEqual({ missed: ['ownership'], notAllowed: ['silent'], firstMs: 5 })
    expect(judge([leak], report({})).firstMs).toBeUndefined()
  })

  it('of several defects each must show by what is its own, and each may break what it may', () => {
    const other: Defect = { name: 'other', sentence: '', mustRed: ['silent', 'exact'], mayRed: [] }
    const both = (red: Readonly<Record<string, number>>) => {
      const { missed, notAllowed } = judge([leak, other], report(red), 'pair')
      return { missed, notAllowed }
    }
    expect(both({ ownership: 1, exact: 1, complete: 1 })).toEqual({ missed: ['other'], notAllowed: [] })
    expect(both({ exact: 1 })).toEqual({ missed: ['leak', 'other'], notAllowed: [] })
    expect(both({ ownership: 1, silent: 1 })).toEqual({ missed: [], notAllowed: [] })
  })

  it('lets nothing be red of a clean server', () => {
    expect(judge([], report({}), 'clean')).toEqual({ missed: [], notAllowed: [], misblamed: [] })
    expect(judge([], report({ exact: 1 }), 'clean').notAllowed).toEqual(['exact'])
  })
})

describe('the judgement of blame', () => {
  const misblamed = (defect: Defect, ...findings: Finding[]) =>
    judge([defect], report({ ownership: 1, exact: 1 }, findings)).misblamed

  it('is content with another client by the proof that was expected', () => {
    expect(misblamed(blamed, finding(because([1]), [1]))).toEqual([])
  })
  it('is content with the recipient where it is to blame itself', () => {
    const itself: Defect = { ...leak, blame: { proof: 'unique-difference', on: 'itself' } }
    expect(misblamed(itself, finding(because([0], 'unique-difference')))).toEqual([])
    expect(misblamed(itself, finding(because([1], 'unique-difference')))).toEqual([
      '"it was so" is what client 0 received, and was to name itself',
    ])
  })
  it('tells where nobody is named, by this proof, or only the recipient itself', () => {
    expect(misblamed(blamed)).toEqual(['nobody is named with the proof marker'])
    expect(misblamed(blamed, finding(because([1], 'suspected')))).toEqual(['nobody is named with the proof marker'])
    expect(misblamed(blamed, finding(because([0])))).toEqual([
      '"it was so" is what client 0 received, and was to name another',
    ])
    expect(misblamed(blamed, finding(because([])))).toHaveLength(1)
  })
  it("takes what a client receives of its own earlier uploads for nobody else's", () => {
    const stale = finding({ ...because([0]), class: 'stale-epoch' })
    expect(misblamed(blamed, finding(because([1])), stale)).toEqual([])
  })
  it('tells where somebody is named who has no data, whatever the defect', () => {
    expect(misblamed(leak, finding({}, [1, 2]))).toEqual(['clients 2 are named as owners and have no data'])
  })
  it('says that it is right, that it is wrong, or nothing where nobody can be named or nothing was found', () => {
    const blamedOf = (defect: Defect, red: Readonly<Record<string, number>>, kind?: TrialKind) =>
      judge([defect], report(red, [finding(because([1]), [1])]), kind).blamed
    expect(blamedOf(blamed, { ownership: 1 })).toBe(true)
    expect(judge([blamed], report({ ownership: 1 })).blamed).toBe(false)
    expect([
      blamedOf(leak, { ownership: 1 }),
      blamedOf(blamed, {}),
      blamedOf(blamed, { ownership: 1 }, 'rate'),
    ]).toEqual([undefined, undefined, undefined])
  })
  it('tells where no recipient is named', () => {
    const { recipient, ...violation } = finding(because([1])).violation
    expect(misblamed(blamed, { ...finding({}), violation })).toEqual(['no recipient is named of "it was so"'])
  })
})
