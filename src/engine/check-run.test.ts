import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { echoSystem } from '../../test/support/echo-system.ts'
import { runOptions, startEcho } from '../../test/support/run-options.ts'
import type { Group, Scenario } from '../core/scenario.ts'
import { checkRun } from './check-run.ts'
import { readRunFile } from './run-file.ts'
import { type RunOptions, runScenario } from './run-scenario.ts'

const group = (name: string, rest: Partial<Group> = {}): Group => ({
  name,
  system: 'echo',
  target: 'echo',
  load: { model: 'closed', clients: 4, iterations: 2, thinkTimeMs: 0, arriveOverMs: 20, reconnect: true },
  startAfterMs: 0,
  witness: false,
  params: { lines: 5, throwAt: 0 },
  ...rest,
})

const scenario = (groups: readonly Group[], defect?: string): Scenario => ({
  name: 'test',
  seed: 1,
  targets: [
    { name: 'echo', system: 'echo', settings: {}, defects: defect === undefined ? [] : [defect], defectRate: 1 },
  ],
  groups,
  pressure: [],
  faults: [],
  floors: {},
  maxDurationMs: 20_000,
})

describe('a run that is judged again from its folder', () => {
  let outDir: string
  beforeEach(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'mcsim-check-'))
  })
  afterEach(() => rm(outDir, { recursive: true }))

  const run = (what: Scenario, rest: Partial<RunOptions> = {}) =>
    runScenario(what, {
      runId: 'test-run',
      outDir,
      systems: [echoSystem],
      launchTarget: startEcho,
      signal: new AbortController().signal,
      ...runOptions,
      ...rest,
    })
  const check = async () => checkRun(outDir, await readRunFile(outDir), [echoSystem])
  const history = () => join(outDir, 'history-0.bin')

  /** What is left of a run that was killed with `kill -9` when so much of its history had been written. */
  const killAt = async (bytes: number) => {
    const { end, ...rest } = await readRunFile(outDir)
    await writeFile(join(outDir, 'run.json'), JSON.stringify(rest))
    await truncate(history(), bytes)
  }

  it.each([
    ['an honest server', undefined],
    ['one that mixes clients up', 'last-line'],
  ])('of %s gives the same report to the last byte', async (_, defect) => {
    const report = await run(scenario([group('a'), group('w', { witness: 'during' })], defect))
    expect(report.verdict).toBe(defect ? 'fail' : 'pass')
    expect(JSON.stringify(await check())).toBe(JSON.stringify(report))
  })

  it('in which a checker threw is inconclusive again for the same reason', async () => {
    const { reasons } = await run(scenario([group('a', { params: { lines: 5, throwAt: 3 } })]))
    expect(await check()).toMatchObject({ verdict: 'inconclusive', reasons })
  })

  it('that was stopped is inconclusive again for the same reason', async () => {
    const endless = group('a', { params: { lines: 1_000_000, throwAt: 0 } })
    const report = await run({ ...scenario([endless]), maxDurationMs: 200 })
    expect(report.reasons.join()).toContain('time limit')
    expect(JSON.stringify(await check())).toBe(JSON.stringify(report))
  })

  it('whose history was cut anywhere never passes, never throws, and never turns red by the cut alone', async () => {
    await run(scenario([group('a'), group('w', { witness: 'during' })]))
    const bytes = await readFile(history())
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await writeFile(history(), bytes)
        await killAt(length)
        const report = await check()
        expect(report).toMatchObject({ verdict: 'inconclusive', exitCode: 5, findings: [] })
        expect(report.accounting.every(({ holds }) => holds)).toBe(true)
        expect(report.reasons.join()).toContain('history-0.bin was cut after event')
      }),
      { numRuns: 50, examples: [[0], [13], [bytes.length - 1]] },
    )
  })

  it('whose history was cut after a leak is red, and untimed', async () => {
    await run(scenario([group('a')], 'last-line'))
    await killAt((await stat(history())).size - 1)
    const report = await check()
    expect([report.verdict, report.exitCode, report.timing.trusted]).toEqual(['fail', 1, false])
    expect(report.findings[0]?.violation.invariant).toBe('ownership')
  })

  it('whose history was never begun is inconclusive', async () => {
    await run(scenario([group('a')]))
    await rm(history())
    expect(await check()).toMatchObject({ verdict: 'inconclusive', groups: [{ planned: 4, finished: 0, dropped: 4 }] })
  })

  it('whose history met its stated limit says so in the run, and can be judged only as far as it goes', async () => {
    const report = await run(scenario([group('a')]), { historyLimitBytes: 1000 })
    expect([report.verdict, report.warnings.join()]).toEqual(['pass', expect.stringContaining('met its limit')])
    const again = await check()
    expect(again).toMatchObject({ verdict: 'inconclusive', exitCode: 5, findings: [] })
    expect(again.reasons.join()).toMatch(/met its limit after event \d+, and \d+ that followed/)
    expect((await stat(history())).size).toBeLessThan(3000)
  })

  it('is refused where run.json has another format, or the history is of another run', async () => {
    await run(scenario([group('a')]))
    const file = await readRunFile(outDir)
    const write = (what: object) => writeFile(join(outDir, 'run.json'), JSON.stringify(what))
    await write({ ...file, runId: 'another' })
    await expect(check()).rejects.toMatchObject({ code: 'foreign-history' })
    await write({ ...file, schema: 'mcsim-run/1' })
    await expect(check()).rejects.toMatchObject({
      code: 'run-version',
      message: expect.stringContaining('mcsim-run/1'),
    })
    await write({ schema: 7 })
    await expect(check()).rejects.toMatchObject({ code: 'not-a-run' })
  })
})
