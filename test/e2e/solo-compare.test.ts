import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import type { SoloReport } from '../../src/core/solo-report.ts'
import { startForeignReplay } from '../support/foreign-replay/start-foreign-replay.ts'
import type { Traits } from '../support/foreign-replay/traits.ts'
import { useRunFolder } from '../support/use-run-folder.ts'

/** Short sessions, of which each viewer has several: what is the same in all of them is their beginning. */
const living = {
  acts: 1,
  watch: '100ms',
  period: '25ms',
  settle: '200ms',
  catchUp: '400ms',
  behaviour: ['pause', 'symbol', 'go-back'],
}

function createScenario(target: JsonObject, params: JsonObject): JsonObject {
  const load = { model: 'closed', clients: 4, iterations: 4 }
  return {
    name: 'solo',
    maxDuration: '60s',
    targets: { replay: { system: 'replay', ...target } },
    groups: [{ name: 'viewers', system: 'replay', target: 'replay', load, params: { ...living, ...params } }],
  }
}

const soloOf = (report: RunReport) => report.soloCompare as SoloReport

describe.concurrent('mcsim run --solo-compare at a replay server of somebody else', { timeout: 150_000 }, () => {
  const run = useRunFolder()

  async function compare(name: string, traits: Partial<Traits>, params: JsonObject = {}) {
    const server = await startForeignReplay(traits)
    try {
      return await run(name, createScenario({ url: server.url }, params), '--solo-compare')
    } finally {
      await server.stop()
    }
  }

  it('passes where everybody is told in company what they are told alone', async () => {
    const report = await compare('clean', {})
    const { phases, groups, differences } = soloOf(report)
    expect(report.reasons).toEqual([])
    expect(report.exitCode).toBe(0)
    expect(differences).toEqual([])
    expect(phases.map(({ client, isFresh }) => [client, isFresh])).toEqual([
      [0, false],
      [0, false],
      [2, false],
      [0, false],
      [2, false],
      [0, false],
      [undefined, false],
    ])
    expect(groups[0]?.clients).toEqual([0, 2])
    expect(groups[0]?.compared).toBeGreaterThan(500)
  })

  it('names interference where a number hangs on books of others, though no checker knows what it should be', async () => {
    const report = await compare('interference', { leak: 'one-last-book' })
    const { differences, violations } = soloOf(report)
    expect(violations).toEqual([])
    expect(report.findings).toEqual([])
    expect(report.exitCode).toBe(1)
    expect(report.reasons.join()).toContain('interference: clients of viewers were told something else in company')
    const [first] = differences.filter(({ isCertain }) => isCertain)
    expect(first).toMatchObject({ class: 'interference', group: 'viewers', field: 'ofi', phase: 'all together' })
    expect(first?.candidates).toHaveLength(3)
    expect(differences.filter(({ isCertain, field }) => isCertain && field !== 'ofi')).toEqual([])
  })

  it('calls a server incorrect, and no leak, that is wrong when a client is alone as well', async () => {
    const report = await compare('incorrect', { numbers: 'swapped' })
    const { differences, violations } = soloOf(report)
    expect(report.exitCode).toBe(1)
    expect(differences).toEqual([])
    expect(violations).toMatchObject([{ class: 'incorrect', invariant: 'analytics-own' }])
    expect(violations[0]?.phases).toHaveLength(7)
    expect(report.reasons[0]).toContain('incorrect, and no leak')
    expect(report.reasons.join()).not.toMatch(/isolation|interference|across time/)
    expect(report.findings.map(({ violation }) => violation.kind)).toEqual(['correctness'])
  })

  it('names a leak across time where a session begins with what an earlier one has left', async () => {
    const report = await compare('across-time', { leak: 'speed-inherited' }, { behaviour: ['pause'] })
    const { differences, violations } = soloOf(report)
    expect(report.exitCode).toBe(1)
    expect(violations.map((violation) => violation.class)).toContain('leak-across-time')
    expect(violations.map((violation) => violation.class)).not.toContain('incorrect')
    const late = differences.filter((difference) => difference.class === 'leak-across-time')
    expect(late).toMatchObject([{ recipient: 0, field: 'speed', candidates: [2] }])
  })

  it('accuses no market that is another at every moment', async () => {
    const report = await compare('live', {}, { mode: 'LIVE', behaviour: ['pause'] })
    expect(soloOf(report).differences).toEqual([])
    expect(report.exitCode).toBe(0)
  })
})

describe('mcsim run --solo-compare at reference servers', { timeout: 150_000 }, () => {
  const run = useRunFolder()

  it('finds analytics that are shared, with the checker of analytics switched off', async () => {
    const target = { settings: { period: '25ms' }, defect: 'shared-analytics' }
    const report = await run('shared', createScenario(target, { analytics: 'off' }), '--solo-compare')
    const { differences, phases } = soloOf(report)
    expect(report.findings).toEqual([])
    expect(phases.map(({ isFresh }) => isFresh)).toEqual([true, false, true, false, true, true])
    expect(report.exitCode).toBe(1)
    const certain = differences.filter(({ isCertain }) => isCertain)
    expect(certain.map(({ field }) => field)).toContain('ofi')
    expect(new Set(certain.map(({ recipient }) => recipient))).toEqual(new Set([0, 2]))
  })
})
