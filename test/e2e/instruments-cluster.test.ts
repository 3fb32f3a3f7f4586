import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import { type RunningBin, runBin, startBin } from '../support/run-bin.ts'
import { startRedis } from '../support/start-redis.ts'

const redis = await startRedis()
afterAll(() => redis?.stop())

interface Server {
  readonly bin: RunningBin
  readonly url: string
  readonly statusUrl: string
}

let cwd: string
let servers: Server[]
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcsim-cluster-'))
  servers = redis ? await Promise.all([startServer(redis.url), startServer(redis.url)]) : []
})
afterEach(async () => {
  await Promise.all(servers.map(({ bin }) => bin.end('SIGTERM')))
  await rm(cwd, { recursive: true })
})

async function startServer(url: string): Promise<Server> {
  const bin = startBin(['serve', 'instruments', '--redis', url, '--grace', '2s', '--quiet'], tmpdir())
  return { bin, ...(JSON.parse(await bin.firstLine) as { url: string; statusUrl: string }) }
}

/** Agents begin at the first server and their viewers at the second; who comes back goes to the other one. */
async function run(name: string, params: JsonObject, iterations: number): Promise<RunReport> {
  const common = { system: 'instruments', target: 'cluster' }
  const ofAll = { grace: '2s', settleTime: '3s', secondUrl: servers[1]?.url ?? '' }
  const load = { model: 'closed', clients: 6, iterations }
  const scenario = {
    name,
    maxDuration: '50s',
    targets: { cluster: { system: 'instruments', url: servers[0]?.url ?? '' } },
    groups: [
      { ...common, name: 'pairs', load, params: { ...ofAll, ...params } },
      { ...common, name: 'witness', clients: 1, witness: 'during' },
    ],
  }
  await writeFile(join(cwd, `${name}.yaml`), JSON.stringify(scenario))
  const { stdout, stderr } = await runBin(['run', `${name}.yaml`, '--json', '--quiet', '--out', name], cwd)
  expect(stdout, stderr).not.toBe('')
  return JSON.parse(stdout) as RunReport
}

const readStats = async (server: Server) =>
  (await (await fetch(`${server.statusUrl}/stats`)).json()) as { files: number; agents: number }

describe.skipIf(!redis)('two servers behind one Redis', () => {
  it('are as one: agents that move between them keep their sessions and lose no file', async () => {
    const report = await run('moving', { leaveShare: 0.25, away: '50ms' }, 2)
    expect(report.findings).toEqual([])
    expect([report.verdict, report.exitCode]).toEqual(['pass', 0])
    const examined = Object.fromEntries(report.invariants.map((one) => [one.name, one.examined]))
    expect(examined['grace-keeps-session']).toBeGreaterThan(0)
    for (const server of servers) expect((await readStats(server)).files).toBeGreaterThan(0)
  })

  it('go on as one when the other is stopped', async () => {
    const running = run('stopped', { fileInterval: '20ms' }, 4)
    const [first] = servers as [Server]
    await vi.waitFor(async () => expect((await readStats(first)).files).toBeGreaterThan(6), 20_000)
    await first.bin.end('SIGTERM')
    const report = await running
    expect(report.findings).toEqual([])
    expect(report.verdict).toBe('pass')
    expect(report.groups.find(({ name }) => name === 'pairs')?.finished).toBe(6)
  })
})
