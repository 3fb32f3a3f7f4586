import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import type { RunReport } from '../../src/core/report.ts'
import { makeFile, RawClient } from '../support/instruments/raw-client.ts'
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
const clients: RawClient[] = []
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'mcsim-cluster-'))
  servers = redis ? await Promise.all([startServer(redis.url), startServer(redis.url)]) : []
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await Promise.all(servers.map(({ bin }) => bin.end('SIGTERM')))
  await rm(cwd, { recursive: true })
})

async function startServer(url: string): Promise<Server> {
  // A busy machine answers pings late, and nobody is to be lost for that.
  const patience = ['--ping-interval', '2s', '--ping-timeout', '15s']
  const bin = startBin(['serve', 'instruments', '--redis', url, '--grace', '2s', ...patience, '--quiet'], tmpdir())
  return { bin, ...(JSON.parse(await bin.firstLine) as { url: string; statusUrl: string }) }
}

/**
 * Agents begin at the first server and their viewers at the second, or the other way round; who comes back goes to the
 * other one.
 */
async function run(name: string, params: JsonObject, iterations: number): Promise<RunReport> {
  const common = { system: 'instruments', target: 'cluster' }
  const ofAll = { grace: '2s', settleTime: '3s', secondUrl: servers[1]?.url ?? '' }
  const load = { model: 'closed', clients: 4, iterations }
  const [first, second] = servers.map(({ url }) => ({ system: 'instruments', url }))
  const swapped = { secondUrl: servers[0]?.url ?? '' }
  const scenario = {
    name,
    maxDuration: '50s',
    targets: { cluster: first, other: second },
    groups: [
      { ...common, name: 'pairs', load, params: { ...ofAll, ...params } },
      { ...common, name: 'swapped', target: 'other', load, params: { ...ofAll, ...params, ...swapped } },
      { ...common, name: 'witness', target: 'other', clients: 1, witness: 'during' },
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

  it.each(['SIGTERM', 'SIGKILL'] as const)('go on as one when one of them ends by %s', async (signal) => {
    const running = run(signal, { fileInterval: '20ms' }, 4)
    const [first] = servers as [Server]
    await vi.waitFor(async () => expect((await readStats(first)).files).toBeGreaterThan(6), 20_000)
    await first.bin.end(signal)
    const report = await running
    expect(report.findings).toEqual([])
    expect(report.verdict).toBe('pass')
    for (const { name, planned, finished } of report.groups) expect([name, finished]).toEqual([name, planned])
  })

  it('let an agent go on whose server was killed, with its session and its files, and nobody else notices', async () => {
    const [first, second] = servers as [Server, Server]
    const { agent, session } = await startPair(first, first, 'alice')
    const viewer = use(new RawClient(second.url, { user_id: 'alice' }))
    const other = await startPair(second, second, 'bob')
    await send(agent, 'alice_15Hz_1.txt')
    await viewer.take('live_analysis_update')
    await first.bin.end('SIGKILL')
    const back = await comeBack(second, 'alice')
    expect((await back.take('session_info')).session_id).toBe(session)
    await send(back, 'alice_15Hz_2.txt')
    expect((await viewer.take('live_analysis_update')).trend_data.x_axis_values).toEqual([1, 2])
    await send(other.agent, 'bob_15Hz_1.txt')
    expect((await other.viewer.take('live_analysis_update')).filename).toBe('bob_15Hz_1.txt')
    expect([viewer.received, other.viewer.received, other.agent.received]).toEqual([[], [], []])
    const rival = use(RawClient.agent(second.url, 'alice'))
    await rival.take('connection_rejected')
  })
})

describe.skipIf(!redis?.breakDown)('a server whose Redis breaks down', () => {
  it('says so to whoever asks, and begins anew with everybody when it is back', async () => {
    const [server] = servers as [Server]
    const { agent, viewer, session } = await startPair(server, server, 'alice')
    const bob = await startPair(server, server, 'bob')
    await send(agent, 'alice_15Hz_1.txt')
    await viewer.take('live_analysis_update')
    const revive = await redis?.breakDown?.()
    const refusal = { status: 'error', message: expect.stringContaining('store') }
    const exported = viewer.ask('request_export_data', { user_id: 'alice' }, 'export_data_response')
    const checked = bob.viewer.ask('check_agent_connection', { user_id: 'bob' }, 'agent_connection_status')
    const file = { filename: 'alice_15Hz_2.txt', content: makeFile(1e-6) }
    const refused = agent.ask('stream_instrument_data', file, 'file_validation_error')
    expect(await Promise.all([exported, checked])).toEqual([refusal, refusal])
    expect(await refused).toMatchObject({ filename: 'alice_15Hz_2.txt', error: 'unavailable' })
    expect((await fetch(`${server.url}/ready`)).status).toBe(503)
    await use(RawClient.agent(server.url, 'carol')).take('connection_rejected')
    bob.agent.close()
    await revive?.()
    // What it held is gone with it: of nobody's session anything is left.
    await agent.take('disconnect')
    const back = await comeBack(server, 'alice')
    expect((await back.take('session_info')).session_id).not.toBe(session)
    await comeBack(server, 'bob')
    const filters = { handle: 'alice', frequencies: [15] }
    const request = { user_id: 'alice', analysisParams: {}, filters }
    expect((await viewer.ask('start_analysis_session', request, 'ack_start_session')).status).toBe('success')
    await send(back, 'alice_15Hz_3.txt')
    expect((await viewer.take('live_analysis_update')).trend_data.x_axis_values).toEqual([3])
    await bob.viewer.ask('request_agent_status', {}, 'agent_status')
    expect(bob.viewer.received.filter(({ event }) => event === 'live_analysis_update')).toEqual([])
  })
})

function use(client: RawClient): RawClient {
  clients.push(client)
  return client
}

/** Until the server lets it: that of the earlier connection may still count as alive. */
async function comeBack(server: Server, user: string): Promise<RawClient> {
  for (;;) {
    const agent = use(RawClient.agent(server.url, user))
    const first = await Promise.race([agent.next('session_info'), agent.next('disconnect')])
    if (first === 'session_info') return agent
    agent.close()
  }
}

async function startPair(agentAt: Server, viewerAt: Server, user: string) {
  const agent = use(RawClient.agent(agentAt.url, user))
  const { session_id: session } = await agent.take('session_info')
  const viewer = use(new RawClient(viewerAt.url))
  await viewer.take('agent_status')
  const filters = { handle: user, frequencies: [15] }
  const request = { user_id: user, analysisParams: {}, filters }
  await viewer.ask('start_analysis_session', request, 'ack_start_session')
  await agent.take('set_filters')
  return { agent, viewer, session: session as string }
}

const send = (agent: RawClient, filename: string) =>
  agent.ask('stream_instrument_data', { filename, content: makeFile(2e-6) }, 'file_processing_complete')
