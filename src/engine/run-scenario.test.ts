import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { echoSystem } from '../../test/support/echo-system.ts'
import { runOptions, startEcho } from '../../test/support/run-options.ts'
import { reportFailure } from '../core/background.ts'
import type { Group, LoadModel, Scenario, TargetDeclaration } from '../core/scenario.ts'
import { RunRequests } from './run-requests.ts'
import { type RunOptions, runScenario } from './run-scenario.ts'

const load = (clients: number, rest: Partial<LoadModel> = {}): LoadModel =>
  ({ model: 'closed', clients, iterations: 1, thinkTimeMs: 0, arriveOverMs: 0, reconnect: false, ...rest }) as LoadModel

const group = (name: string, rest: Partial<Group> = {}): Group => ({
  name,
  system: 'echo',
  target: 'echo',
  load: load(4),
  startAfterMs: 0,
  witness: false,
  params: { lines: 5, throwAt: 0 },
  ...rest,
})

const target = (rest: Partial<TargetDeclaration> = {}): TargetDeclaration => ({
  name: 'echo',
  system: 'echo',
  settings: {},
  defects: [],
  defectRate: 1,
  ...rest,
})

const scenario = (groups: readonly Group[], targets = [target()]): Scenario => ({
  name: 'test',
  seed: 1,
  targets,
  groups,
  pressure: [],
  faults: [],
  floors: {},
  maxDurationMs: 20_000,
})

describe('a run', () => {
  let outDir: string
  beforeEach(async () => {
    outDir = await mkdtemp(join(tmpdir(), 'mcsim-run-'))
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

  it('against an honest server passes and says what it saw', async () => {
    const report = await run(scenario([group('a', { load: load(4, { iterations: 2, reconnect: true }) })]))
    expect(report.verdict).toBe('pass')
    expect(report.exitCode).toBe(0)
    expect(report.accounting.map(({ total, holds }) => [total, holds])).toEqual([
      [4, true],
      [4 * 2 + 4 * 2 * 5, true],
    ])
    expect(report.invariants.find(({ name }) => name === 'ownership')?.examined).toBe(40)
    expect(report.operations.find(({ operation }) => operation === 'echo')?.service.n).toBe(40)
  })

  it('against a server that mixes clients up fails and names owner and recipient', async () => {
    const report = await run(scenario([group('a')], [target({ defects: ['last-line'] })]))
    expect(report.verdict).toBe('fail')
    expect(report.exitCode).toBe(1)
    const leak = report.findings.find(({ violation }) => violation.invariant === 'ownership')?.violation
    expect(leak?.cause?.proof).toBe('marker')
    expect(leak?.owner).not.toBe(leak?.recipient)
  })

  it('against a server that is not there ends with exit code 4', async () => {
    const report = await run(scenario([group('a')], [target({ url: 'tcp://127.0.0.1:1' })]))
    expect([report.verdict, report.exitCode]).toEqual(['inconclusive', 4])
    expect(report.operations[0]?.errorCodes).toEqual({ 'connect-refused': 4 })
  })

  it('in which a checker throws is inconclusive and shows its stack', async () => {
    const report = await run(scenario([group('a', { params: { lines: 5, throwAt: 3 } })]))
    expect([report.verdict, report.exitCode]).toEqual(['inconclusive', 5])
    expect(report.bugs[0]).toContain('planted in the checker')
  })

  it('lets witnesses stay until the others have left, and come when they have', async () => {
    const report = await run(
      scenario([
        group('a'),
        group('w1', { witness: 'during', load: load(1) }),
        group('w2', { witness: 'after', load: load(1) }),
      ]),
    )
    expect(report.verdict).toBe('pass')
    expect(report.groups.map(({ finished }) => finished)).toEqual([4, 1, 1])
  })

  it('that is stopped drops who has not arrived, reports, and is inconclusive', async () => {
    const stop = new AbortController()
    const late = group('late', { startAfterMs: 60_000 })
    const report = await run(scenario([group('a'), late]), {
      signal: stop.signal,
      onProgress: ({ clients }) => {
        if (clients[0]?.clients.finished === 4) stop.abort()
      },
    })
    expect(report.groups.map(({ finished, dropped }) => [finished, dropped])).toEqual([
      [4, 0],
      [0, 4],
    ])
    expect(report.verdict).toBe('inconclusive')
    expect(report.reasons.join()).toContain('stopped before its plan was done')
  })

  it('that is stopped lets every client finish the iteration that it has begun', async () => {
    const stop = new AbortController()
    const report = await run(scenario([group('a', { load: load(3, { iterations: 1_000_000, thinkTimeMs: 5 }) })]), {
      signal: stop.signal,
      onProgress: ({ operations }) => {
        if ((operations[0]?.counts.ok ?? 0) > 20) stop.abort()
      },
    })
    const echoes = report.operations.find(({ operation }) => operation === 'echo')
    expect(echoes).toMatchObject({ failed: 0, indeterminate: 0 })
    expect((echoes?.ok ?? 0) % 5).toBe(0)
    expect(report.groups[0]?.unfinished).toBe(3)
  })

  it('that is paused lets nobody arrive, and blames nobody for it when it goes on', async () => {
    const requests = new RunRequests()
    const alive: number[] = []
    const late = group('late', { startAfterMs: 300, load: load(2) })
    const report = await run(scenario([group('a', { load: load(2, { iterations: 40, thinkTimeMs: 40 }) }), late]), {
      requests,
      onProgress: ({ elapsedMs, clients }) => {
        if (alive.length === 0) requests.send({ type: 'pause' })
        alive.push(clients.find((of) => of.group === 'late')?.clients.arrived ?? 0)
        if (elapsedMs > 1500) requests.send({ type: 'resume' })
      },
    })
    expect(alive.slice(0, 3)).toEqual([0, 0, 0])
    expect(report.groups.map(({ finished }) => finished)).toEqual([2, 2])
    expect(report.health.latenessP99Ms).toBeLessThan(1000)
  })

  it('ends at its time limit though clients would go on', async () => {
    const endless = group('a', { load: load(2, { iterations: 1_000_000, thinkTimeMs: 5 }) })
    const report = await run({ ...scenario([endless]), maxDurationMs: 300 })
    expect(report.groups[0]?.unfinished).toBe(2)
    expect(report.reasons.join()).toContain('time limit')
  })

  it('of an open model drops arrivals above the greatest number alive', async () => {
    const open: LoadModel = {
      model: 'open',
      stages: [{ durationMs: 200, arrivalRate: 100 }],
      arrivals: 'constant',
      maxAlive: 3,
      iterations: 2,
      thinkTimeMs: 400,
      reconnect: false,
    }
    const report = await run(scenario([group('a', { load: open })]))
    expect(report.groups[0]).toMatchObject({ planned: 20, finished: 3, dropped: 17 })
  })

  describe('under pressure', () => {
    const endless = { method: 'GET', headers: {}, connections: 2, pipelining: 1 } as const
    const told: string[] = []
    beforeEach(() => told.splice(0))

    /** Load that never ends by itself. */
    const createProbe: RunOptions['createProbe'] = (probe) => ({
      async start() {
        told.push(`start ${probe.url}`)
      },
      async stop() {
        told.push(`stop ${probe.url}`)
        return { ...reportFailure(probe, 'it was told to fail'), bytes: 9 }
      },
    })

    it('has the load on from before its first client until after its last, and reports it apart', async () => {
      const at = { target: 'echo', endpoint: 'status', path: '/x?y=1' } as const
      const pressed = {
        ...scenario([group('a')]),
        pressure: [
          { ...endless, at },
          { ...endless, at: { url: 'http://h/' } },
        ],
      }
      const report = await run(pressed, {
        createProbe,
        launchTarget: async (declared) => ({ ...(await startEcho(declared)), statusUrl: 'http://127.0.0.1:1' }),
        onProgress: ({ clients }) => {
          if (clients.length > 0) told.push('clients')
        },
      })
      const addresses = ['http://127.0.0.1:1/x?y=1', 'http://h/']
      expect([...new Set(told)]).toEqual([
        ...addresses.map((url) => `start ${url}`),
        'clients',
        ...addresses.map((url) => `stop ${url}`),
      ])
      expect(report.verdict).toBe('pass')
      expect(report.exitCode).toBe(0)
      expect(report.pressure.map(({ url, bytes }) => [url, bytes])).toEqual(addresses.map((url) => [url, 9]))
      expect(report.warnings).toContain('pressure on http://h/: it was told to fail')
      expect(report.notObserved.join()).toContain('9 bytes that the pressure on http://h/ received')
    })

    it('on a status address that the server does not tell says so, and goes on without', async () => {
      const at = { target: 'echo', endpoint: 'status', path: '/x' } as const
      const report = await run({ ...scenario([group('a')]), pressure: [{ ...endless, at }] }, { createProbe })
      expect(told).toEqual([])
      expect(report.verdict).toBe('pass')
      expect(report.warnings.join()).toContain('pressure on /x: the target "echo" has told no address')
    })
  })
})
