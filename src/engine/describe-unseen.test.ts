import { describe, expect, it } from 'vitest'
import { echoSystem } from '../../test/support/echo-system.ts'
import type { InvariantReport } from '../core/report.ts'
import type { Coverage, Group, Scenario } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { describeUnseen } from './describe-unseen.ts'
import { planRun } from './plan-run.ts'

/** A client sends what its group's params say: either marked data of its own, or some that others may send as well. */
const system: System = {
  ...(echoSystem as System),
  carriesMarkers: (params) => params === 'marked',
  identifyData: ({ params }) => (params === 'marked' ? undefined : String(params)),
}

const group = (name: string, clients: number, params: string, rest: Partial<Group> = {}): Group => ({
  name,
  system: 'echo',
  target: 'one',
  load: { model: 'closed', clients, iterations: 1, thinkTimeMs: 0, arriveOverMs: 0, reconnect: false },
  startAfterMs: 0,
  witness: false,
  params,
  ...rest,
})

function unseen(...groups: readonly Group[]) {
  const targets = ['one', 'two'].map((name) => ({ name, system: 'echo', settings: {}, defects: [], defectRate: 1 }))
  const scenario: Scenario = {
    name: 't',
    seed: 1,
    targets,
    groups,
    pressure: [],
    faults: [],
    floors: {},
    maxDurationMs: 1000,
  }
  return describeUnseen(planRun(scenario, 'run'), [system], [], [], {})
}

const plan = planRun(
  { name: 't', seed: 1, targets: [], groups: [], pressure: [], faults: [], floors: {}, maxDurationMs: 1000 },
  'run',
)
const tally = (group: string, examined: number, optional: boolean) => {
  const invariant = { name: 'mode-own', kind: 'isolation', sentence: 's', optional } as const
  return { ...invariant, group, examined, undecidable: 0, violations: 0 }
}

describe('what a run could not have seen', () => {
  it('is never nothing', () => expect(unseen(group('a', 3, 'marked'))).toHaveLength(2))

  it('tells of invariants that had nothing to judge by', () => {
    const unmet = (...tallies: InvariantReport[]) => describeUnseen(plan, [], tallies, [], {}).slice(2)
    const sentence = 'mode-own: nothing came by which that could be judged'
    expect(unmet(tally('a', 0, true), tally('b', 0, true))).toEqual([sentence])
    expect(unmet(tally('a', 0, true), tally('b', 3, true))).toEqual([])
    expect(unmet(tally('a', 0, false))).toEqual([])
  })

  it('tells in how many of the bytes markers of other forms were not searched for', () => {
    const shallow = (bytesDeepScanned: number) =>
      describeUnseen(plan, [], [], [], { bytesScanned: 1000, bytesDeepScanned }).slice(2)
    expect(shallow(250)).toEqual([expect.stringContaining('in 75.0 % of the bytes: above 1 MB/s of a thread')])
    expect(shallow(1000)).toEqual([])
  })

  it('tells of answers that two clients expect, and of a client that was alone', () => {
    const seen = (coverage: Coverage) => describeUnseen(plan, [], [], [], coverage).slice(2)
    expect(seen({ answersSampled: 8, answersCoinciding: 2 })).toEqual([
      expect.stringContaining('as with 25 % of those'),
    ])
    expect(seen({ answersSampled: 8, answersCoinciding: 0 })).toEqual([])
    expect(seen({ concurrentPairs: 0, successivePairs: 0 })).toEqual([expect.stringContaining('no two clients')])
    expect(seen({ concurrentPairs: 0, successivePairs: 1 })).toEqual([])
  })

  it('tells of groups whose data carry no markers', () => {
    expect(unseen(group('a', 1, 'rows')).at(2)).toContain('data of a in messages that nothing is compared with')
  })

  it('tells how many clients at one target send the same data', () => {
    const told = unseen(group('a', 2, 'rows'), group('b', 1, 'rows'), group('c', 1, 'others'), group('d', 2, 'marked'))
    expect(told.filter((line) => line.includes('the same data'))).toEqual([
      'what 3 clients at one receive of each other: they send the same data, and nothing tells whose',
    ])
  })

  it('leaves out witnesses, who send nothing, and clients at different targets, who never meet', () => {
    const told = unseen(
      group('a', 1, 'rows'),
      group('b', 1, 'rows', { target: 'two' }),
      group('w', 1, 'rows', { witness: 'during' }),
    )
    expect(told.join()).not.toContain('the same data')
  })
})
