import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFile, RawClient } from '../../../../test/support/instruments/raw-client.ts'
import { startTestInstruments } from '../../../../test/support/instruments/start-test-instruments.ts'
import { startRedis } from '../../../../test/support/start-redis.ts'
import type { RunningTarget } from '../../../core/system.ts'

const redis = await startRedis()
afterAll(() => redis?.stop())

let servers: RunningTarget[]
const clients: RawClient[] = []
beforeEach(async () => {
  const settings = { redis: redis?.url ?? 'redis://127.0.0.1:1', grace: '2s' }
  servers = redis ? await Promise.all([startTestInstruments(settings), startTestInstruments(settings)]) : []
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await Promise.all(servers.map((server) => server.stop()))
})

const use = (client: RawClient) => {
  clients.push(client)
  return client
}
const urlOf = (index: number) => servers[index]?.url ?? ''
const agentAt = (index: number, user: string) => use(RawClient.agent(urlOf(index), user))

async function startPair(user: string) {
  const agent = agentAt(0, user)
  const { session_id } = await agent.take('session_info')
  const viewer = use(new RawClient(urlOf(1)))
  await viewer.take('agent_status')
  const filters = { handle: user, frequencies: [15] }
  viewer.socket.emit('start_analysis_session', { user_id: user, analysisParams: {}, filters })
  expect(await agent.take('set_filters')).toMatchObject({ handle: user })
  return { agent, viewer, session: session_id as string }
}

const send = (agent: RawClient, filename: string) =>
  agent.ask('stream_instrument_data', { filename, content: makeFile(2e-6) }, 'file_processing_complete')

describe.skipIf(!redis)('two servers behind one Redis', () => {
  it('serve an agent at the one and its viewer at the other', async () => {
    const { agent, viewer } = await startPair('across')
    await send(agent, 'across_15Hz_1.txt')
    expect((await viewer.take('live_analysis_update')).filename).toBe('across_15Hz_1.txt')
    const { data } = await viewer.ask('request_export_data', { user_id: 'across' }, 'export_data_response')
    expect(data).toContain('# Peak Current 15Hz (A)')
    viewer.socket.emit('stop_analysis_session', { user_id: 'across' })
    await agent.take('stop_data_stream')
  })

  it('refuse a second agent wherever it comes', async () => {
    await startPair('twice')
    const second = agentAt(1, 'twice')
    await second.take('connection_rejected')
  })

  it('keep the session and the files of an agent that comes back to the other one', async () => {
    const { agent, viewer, session } = await startPair('moving')
    await send(agent, 'moving_15Hz_1.txt')
    agent.close()
    let back = agentAt(1, 'moving')
    // The first server may see the end of the connection later than the second sees the new one.
    while ((await Promise.race([back.take('session_info'), back.take('disconnect')])) === 'io server disconnect') {
      back = agentAt(1, 'moving')
    }
    await send(back, 'moving_15Hz_2.txt')
    await viewer.take('live_analysis_update')
    expect((await viewer.take('live_analysis_update')).trend_data.x_axis_values).toEqual([1, 2])
    const stats = (await (await fetch(`${servers[1]?.statusUrl}/stats`)).json()) as { users: object }
    expect(stats.users).toEqual({ moving: session })
  })
})
