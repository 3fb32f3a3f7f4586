import { describe, expect, it } from 'vitest'
import type { InvariantKind, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { type JudgeInput, judge } from './verdict.ts'

const client = 1 as ClientIndex
const tally = (kind: InvariantKind, examined = 1) => ({
  group: 'all',
  name: `${kind}-kept`,
  kind,
  sentence: '',
  examined,
  undecidable: 0,
  violations: 0,
})
const violation = (kind: InvariantKind): Violation => ({
  invariant: `${kind}-kept`,
  kind,
  class: 'wrong',
  recipient: client,
  atMs: 0,
  connection: 1,
  message: '',
})
const green: JudgeInput = {
  checks: {
    invariants: [tally('isolation'), tally('hygiene')],
    violations: [],
    coverage: { bytesScanned: 10 },
    issuedIds: [],
    influences: [],
    answers: [],
    crashes: [],
  },
  floors: {},
  areMarked: true,
  sharesKeys: false,
  clients: { finished: 1, unfinished: 0, dropped: 0 },
  operationsFailed: 0,
  connectionsLost: 0,
  timingFails: false,
  strict: false,
}
const judged = (change: Partial<JudgeInput>, checks: Partial<JudgeInput['checks']> = {}) => {
  const { verdict, reasons, exitCodes } = judge({ ...green, ...change, checks: { ...green.checks, ...checks } })
  return [verdict, reasons, exitCodes]
}

const nothingExamined = 'nothing was examined by isolation-kept'

describe('the verdict', () => {
  it('is pass when enough was examined and nothing violated', () => expect(judged({})).toEqual(['pass', [], []]))

  it('is fail when anything was violated, whatever else was not seen', () => {
    expect(judged({}, { violations: [violation('loss')], invariants: [tally('isolation', 0)] })).toEqual([
      'fail',
      ['loss was violated: loss-kept', nothingExamined],
      [1, 5],
    ])
  })

  it('wants nothing of an invariant that judges by markers where no data carry any, unless the scenario does', () => {
    const invariants = [{ ...tally('isolation', 0), byMarkers: true }]
    expect(judged({ areMarked: false }, { invariants })).toEqual(['pass', [], []])
    expect(judged({ areMarked: true }, { invariants })).toEqual(['inconclusive', [nothingExamined], [5]])
    const floors = { 'isolation-kept': 1 }
    const belowFloor = "isolation-kept examined 0 items, the scenario's floor is 1"
    expect(judged({ areMarked: false, floors }, { invariants })).toEqual(['inconclusive', [belowFloor], [5]])
  })

  it('wants nothing of an optional invariant, unless the scenario does', () => {
    const invariants = [{ ...tally('isolation', 0), optional: true }]
    expect(judged({}, { invariants })).toEqual(['pass', [], []])
    expect(judged({ floors: { 'isolation-kept': 1 } }, { invariants })[0]).toBe('inconclusive')
  })

  it('is inconclusive when an invariant examined nothing', () => {
    expect(judged({}, { invariants: [tally('isolation', 0)] })).toEqual(['inconclusive', [nothingExamined], [5]])
    expect(judged({}, { invariants: [tally('isolation', 0), tally('loss', 0)] })[1]).toEqual([
      'nothing was examined by isolation-kept, loss-kept',
    ])
  })

  it('takes the floor of an invariant from the scenario', () => {
    const invariants = [tally('isolation', 5)]
    expect(judged({ floors: { 'isolation-kept': 6 } }, { invariants })[0]).toBe('inconclusive')
    expect(judged({ floors: { 'isolation-kept': 5 } }, { invariants })[0]).toBe('pass')
    expect(judged({ floors: { 'isolation-kept': 0 } }, { invariants: [tally('isolation', 0)] })[0]).toBe('pass')
  })

  it('is inconclusive below a floor of coverage, also of what was never measured', () => {
    expect(judged({ floors: { bytesScanned: 11, rows: 1 } })).toEqual([
      'inconclusive',
      ["bytesScanned is 10, the scenario's floor is 11", "rows is 0, the scenario's floor is 1"],
      [5],
    ])
  })

  it('is inconclusive when of no delivery it can be told whose it is, unless the scenario says otherwise', () => {
    const coverage = { deliveries: 7, decidableDeliveries: 0 }
    expect(judged({}, { coverage })[1]).toEqual(['of none of 7 deliveries it can be told whose they are'])
    expect(judged({}, { coverage: { deliveries: 7, decidableDeliveries: 1 } })[0]).toBe('pass')
    expect(judged({ floors: { decidableDeliveries: 0 } }, { coverage })[0]).toBe('pass')
    expect(judged({ floors: { decidableDeliveries: 2 } }, { coverage })[0]).toBe('inconclusive')
  })

  it('is inconclusive when clients share keys and none of them met, unless the scenario says otherwise', () => {
    expect(judged({ sharesKeys: true })[1]).toEqual(['no two clients that use the same keys met'])
    expect(judged({ sharesKeys: true }, { coverage: { successivePairsOnSharedKeys: 1 } })[0]).toBe('pass')
    expect(judged({ sharesKeys: true, floors: { concurrentPairsOnSharedKeys: 0 } })[0]).toBe('pass')
  })

  it('is inconclusive when a checker threw or no client finished', () => {
    expect(judged({}, { crashes: [{ client, stack: 'Error: x\n    at y' }] })).toEqual([
      'inconclusive',
      ['making the checkers of client 1 threw: Error: x'],
      [5],
    ])
    expect(judged({ clients: { finished: 0, unfinished: 0, dropped: 0 } })[1]).toEqual(['no client finished'])
  })

  it('does not hang on timing, which has an exit code all the same', () => {
    expect(judged({ timingFails: true })).toEqual(['pass', [], [5]])
  })

  it('is inconclusive when the run was stopped early', () => {
    expect(judged({ stopped: 'the time limit was reached' })).toEqual([
      'inconclusive',
      ['the time limit was reached'],
      [5],
    ])
  })

  it('does not take clients that a stop kept from finishing for failed ones', () => {
    const stopped = 'the run was stopped'
    const clients = { finished: 1, unfinished: 3, dropped: 2 }
    expect(judged({ stopped, clients })).toEqual(['inconclusive', [stopped], [5]])
    expect(judged({ stopped, clients, operationsFailed: 1 })).toEqual(['inconclusive', [stopped], [4, 5]])
  })

  it('is not changed by hygiene unless strict', () => {
    const violations = [violation('hygiene')]
    expect(judge({ ...green, checks: { ...green.checks, violations } })).toMatchObject({
      verdict: 'pass',
      warnings: ['hygiene was violated: hygiene-kept'],
      exitCodes: [],
    })
    expect(judged({ strict: true }, { violations })).toEqual(['fail', ['hygiene was violated: hygiene-kept'], [1]])
    expect(judged({}, { invariants: [tally('hygiene', 0)] })[0]).toBe('pass')
  })

  it.each([
    { operationsFailed: 1 },
    { connectionsLost: 1 },
    { clients: { finished: 1, unfinished: 1, dropped: 0 } },
    { clients: { finished: 1, unfinished: 0, dropped: 1 } },
  ])('stays pass and exits with 4 for %o', (change) => expect(judged(change)).toEqual(['pass', [], [4]]))
})
