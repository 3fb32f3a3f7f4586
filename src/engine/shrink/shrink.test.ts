import { describe, expect, it } from 'vitest'
import { fakeSystem } from '../../../test/support/fake-system.ts'
import type { Finding } from '../../core/check.ts'
import type { JsonObject } from '../../core/json.ts'
import type { ClientIndex } from '../../core/plan.ts'
import type { RunReport } from '../../core/report.ts'
import { confirmSuspects } from './confirm-suspects.ts'
import { listGroups } from './scenario-document.ts'
import { shrinkScenario } from './shrink-scenario.ts'
import { type RunDocument, type TrialLimits, Trials } from './trials.ts'

const client = (index: number) => index as ClientIndex
const limits: TrialLimits = { maxRuns: 200, maxTimeMs: 60_000, signal: new AbortController().signal }
const options = { systems: [fakeSystem], seeds: 2, onStep: () => {} }

const group = (name: string, more: JsonObject = {}): JsonObject => ({ name, system: 'echo', target: 'server', ...more })
const start: JsonObject = {
  name: 'big',
  seed: 3,
  floors: { bytesScanned: 1000 },
  targets: { server: { system: 'echo' }, other: { system: 'echo' } },
  groups: [
    group('leaking', { load: { model: 'closed', clients: 12, iterations: 8, thinkTime: '1s' }, params: { rows: 300 } }),
    group('beside', { clients: 7 }),
    group('elsewhere', { clients: 3, target: 'other' }),
  ],
  faults: [{ kind: 'reset', groups: ['leaking', 'elsewhere'] }],
  pressure: [{ target: 'other', path: '/', endpoint: 'status' }],
}

const clientsOf = ({ clients, load }: JsonObject) => Number((load as JsonObject | undefined)?.['clients'] ?? clients)

/** A run as a server of a known fault would give it: `isRed` says whether this scenario provokes it. */
function report(document: JsonObject, isRed: boolean, suspects: readonly number[] = []): RunReport {
  const groups = listGroups(document)
  const violation = { invariant: 'echo-own', recipient: client(0), atMs: 1, connection: 1, message: 'a leak' }
  const finding = {
    violation: { ...violation, cause: { clients: suspects.map(client), proof: 'suspected', message: '' } },
    invariants: { 'echo-own': 1 },
    recipients: [client(0)],
    owners: [],
    examples: [],
  }
  return {
    seed: document['seed'],
    groups: groups.map((one) => ({ name: one['name'], planned: clientsOf(one) })),
    invariants: [{ name: 'echo-own', examined: 5, violations: isRed ? 1 : 0 }],
    findings: isRed ? [finding as unknown as Finding] : [],
  } as unknown as RunReport
}

const trialsOf = (run: RunDocument, more: Partial<TrialLimits> = {}) =>
  new Trials('echo-own', run, { ...limits, ...more })

const leaking = (document: JsonObject) => listGroups(document).find(({ name }) => name === 'leaking')
/** Needs two clients with seven rows each, and leaks whatever else is there. */
const isProvoked = (document: JsonObject) => {
  const group = leaking(document)
  return group !== undefined && clientsOf(group) >= 2 && Number((group['params'] as JsonObject)['rows']) >= 7
}

describe('shrinking', () => {
  it('leaves what the violation needs, and nothing besides', async () => {
    const trials = trialsOf(async (document) => report(document, isProvoked(document)))
    const smallest = await shrinkScenario(start, trials, { ...options, systems: [{ ...fakeSystem, sizes: ['rows'] }] })
    expect(smallest?.document).toEqual({
      name: 'big',
      seed: 3,
      targets: { server: { system: 'echo' } },
      groups: [group('leaking', { load: { model: 'closed', clients: 2, iterations: 1 }, params: { rows: 7 } })],
    })
    expect(trials.runs).toBeLessThan(60)
  })

  it('keeps a fault for the groups that remain, where the violation needs it', async () => {
    const trials = trialsOf(async (document) => report(document, isProvoked(document) && 'faults' in document))
    const smallest = await shrinkScenario(start, trials, options)
    expect(smallest?.document['faults']).toEqual([{ kind: 'reset', groups: ['leaking'] }])
    expect(smallest?.document).not.toHaveProperty('pressure')
  })

  it('tries other seeds where one stays green, and tells which it was', async () => {
    const trials = trialsOf(async (document) => report(document, isProvoked(document) && document['seed'] === 5))
    expect((await shrinkScenario(start, trials, options))?.document['seed']).toBe(5)
  })

  it('says so where nothing is violated again', async () => {
    const trials = trialsOf(async (document) => report(document, false))
    expect(await shrinkScenario(start, trials, options)).toBeUndefined()
    expect([trials.runs, trials.over]).toEqual([3, undefined])
  })

  it('ends at its number of runs, at its time and when it is stopped, with the smallest so far', async () => {
    const run: RunDocument = async (document) => report(document, isProvoked(document))
    const stopped = AbortSignal.abort()
    for (const [more, why] of [
      [{ maxRuns: 4 }, '--max-runs'],
      [{ maxTimeMs: 0 }, '--max-time'],
      [{ signal: stopped }, 'stopped'],
    ] as const) {
      const trials = trialsOf(run, more)
      const smallest = await shrinkScenario(start, trials, options)
      expect(trials.over).toContain(why)
      expect(trials.runs).toBe('maxRuns' in more ? 4 : 0)
      if ('maxRuns' in more) expect(isProvoked(smallest?.document as JsonObject)).toBe(true)
    }
  })

  it('passes by what is no valid scenario', async () => {
    const isValid = (document: JsonObject) => listGroups(document).some(({ name }) => name === 'beside')
    const trials = trialsOf(async (document) =>
      isValid(document) ? report(document, isProvoked(document)) : undefined,
    )
    const smallest = await shrinkScenario(start, trials, options)
    expect(listGroups(smallest?.document as JsonObject).map(({ name }) => name)).toEqual(['leaking', 'beside'])
  })
})

describe('suspects', () => {
  const failing = { document: start, report: report(start, true, [0, 4, 9]) }

  it('are confirmed where all is well without them, and acquitted where not', async () => {
    const trials = trialsOf(async (document, without) => report(document, without !== 9))
    expect((await confirmSuspects(failing, trials)).map(({ verdict, sentence }) => [verdict, sentence])).toEqual([
      ['acquitted', 'client 4 is acquitted: without it echo-own is still violated (seed 3)'],
      ['confirmed', 'client 9 is confirmed: without it echo-own held in 3 runs of 3'],
    ])
  })

  it('stay suspected where no run could tell', async () => {
    const trials = trialsOf(async (document) => report(document, false), { maxRuns: 2 })
    const blind = trialsOf(async (document) => ({ ...report(document, false), invariants: [] }))
    const [one] = await confirmSuspects(failing, trials)
    expect([one?.verdict, one?.sentence]).toEqual(['undecided', expect.stringContaining('--max-runs')])
    expect((await confirmSuspects(failing, blind))[0]?.sentence).toContain('had nothing to examine')
  })
})
