import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import type { RunReport } from '../../src/core/report.ts'
import type { RunningTarget } from '../../src/core/system.ts'
import { startTestGateway } from '../support/gateway/start-test-gateway.ts'
import { createMemoryIo } from '../support/memory-io.ts'
import { startTestReplay } from '../support/replay/start-test-replay.ts'

const createGateway = (url: string) => ({
  name: 'leaky',
  targets: { server: { system: 'gateway', url } },
  groups: [
    {
      name: 'uploaders',
      system: 'gateway',
      target: 'server',
      load: { model: 'closed', clients: 3, iterations: 2, reconnect: true },
      params: { rows: 40, resultsIdleLimit: '500ms' },
    },
    { name: 'witness', system: 'gateway', target: 'server', clients: 1, witness: 'during' },
  ],
})

/** Each viewer does what the others do, so that only the time tells who did it. */
const createReplay = (url: string) => ({
  name: 'moved',
  targets: { server: { system: 'replay', url } },
  groups: [
    {
      name: 'viewers',
      system: 'replay',
      target: 'server',
      clients: 3,
      params: { behaviour: ['pause'], acts: 4, watch: '80ms', period: '25ms', settle: '300ms', catchUp: '200ms' },
    },
  ],
})

describe('mcsim shrink', () => {
  let cwd: string
  // In this process: of thirty runs the starts of their servers alone would take a minute.
  const servers: RunningTarget[] = []
  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'mcsim-shrink-'))
    servers.push(await startTestGateway({}, { defects: ['misrouted-results'] }))
    servers.push(await startTestReplay({ period: '25ms' }, { defects: ['global-controller'] }))
    servers.push(await startTestGateway({}))
    const [gateway, replay, clean] = servers.map(({ url }) => url) as [string, string, string]
    await writeFile(join(cwd, 'gateway.yaml'), JSON.stringify(createGateway(gateway)))
    await writeFile(join(cwd, 'replay.yaml'), JSON.stringify(createReplay(replay)))
    await writeFile(join(cwd, 'clean.yaml'), JSON.stringify(createGateway(clean)))
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await rm(cwd, { recursive: true })
  })

  const call = async (...argv: string[]) => {
    const io = createMemoryIo({ cwd })
    const exitCode = await main(argv, io)
    return { exitCode, out: io.out(), err: io.err() }
  }
  const run = async (file: string, out: string) => {
    const { out: json, err } = await call('run', file, '--json', '--quiet', '--threads', '0', '--out', out)
    expect(json, err).not.toBe('')
    return JSON.parse(json) as RunReport
  }

  it('of a red gateway writes a smaller scenario that is red by the same invariant, and leaves nothing else', async () => {
    expect((await run('gateway.yaml', 'gateway')).exitCode).toBe(1)
    const before = await readdir(join(cwd, 'gateway'))
    const options = ['--invariant', 'ownership', '--max-runs', '12', '--seeds', '1', '--threads', '0']
    const { exitCode, out, err } = await call('shrink', 'gateway', ...options)
    expect(exitCode, err).toBe(0)
    expect(out).toMatch(/^ownership is still violated with 2 clients \(2 of uploaders\), seed \d+: client \d received/)
    expect(out).toContain('Scenario: gateway/shrunk.yaml')
    expect((await readdir(join(cwd, 'gateway'))).sort()).toEqual([...before, 'shrunk.yaml'].sort())
    const smaller = await run('gateway/shrunk.yaml', 'again')
    expect(smaller.invariants.find(({ name }) => name === 'ownership')?.violations).toBeGreaterThan(0)
  })

  it('of viewers who are moved by others tries each suspect by running without it', async () => {
    const red = await run('replay.yaml', 'replay')
    expect(red.exitCode).toBe(1)
    const options = ['--invariant', 'controls-own', '--max-runs', '14', '--seeds', '1', '--threads', '0', '--json']
    const { exitCode, out, err } = await call('shrink', 'replay', ...options, '--out', 'small.yaml')
    expect(exitCode, err).toBe(0)
    const { clients, suspects, sentences } = JSON.parse(out) as {
      clients: number
      suspects: readonly { readonly verdict: string; readonly sentence: string }[]
      sentences: string[]
    }
    expect(clients, out).toBe(2)
    expect(suspects.map(({ verdict }) => verdict)).toContain('confirmed')
    expect(sentences.join('\n')).toMatch(/client \d is confirmed: without it controls-own held in 3 runs of 3/)
    const yaml = await readFile(join(cwd, 'small.yaml'), 'utf8')
    expect(yaml).toContain('clients: 2')
    expect(yaml).toMatch(/^# .*\n# client \d is confirmed/)
  })

  it('refuses a run in which nothing was violated, and an invariant that was not', async () => {
    await run('clean.yaml', 'clean')
    expect(await call('shrink', 'clean')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('Nothing was violated'),
    })
    expect(await call('shrink', 'gateway', '--invariant', 'no-such')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('Violated were:'),
    })
  })
})
