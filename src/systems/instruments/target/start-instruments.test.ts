import { afterEach, describe, expect, it } from 'vitest'
import { makeCvFile, makeFile, RawClient } from '../../../../test/support/instruments/raw-client.ts'
import { startTestInstruments } from '../../../../test/support/instruments/start-test-instruments.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { RunningTarget } from '../../../core/system.ts'

const targets: RunningTarget[] = []
const clients: RawClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  for (const target of targets.splice(0)) await target.stop()
})

async function start(settings: JsonObject = {}) {
  const target = await startTestInstruments(settings)
  targets.push(target)
  const use = (client: RawClient) => {
    clients.push(client)
    return client
  }
  return {
    target,
    agent: (user: string, polling = false) => use(RawClient.agent(target.url, user, polling)),
    viewer: (query: Record<string, string> = {}, polling = false) =>
      use(new RawClient(target.url, query, undefined, polling)),
    nameless: () => use(new RawClient(target.url, {}, 'mcsim-agent')),
  }
}

/** An agent with its viewer, and what the agent was told to do. */
async function startPair(
  { agent, viewer }: Awaited<ReturnType<typeof start>>,
  user: string,
  event = 'start_analysis_session',
  params: object = {},
) {
  const pair = { agent: agent(user), viewer: viewer() }
  const { session_id } = await pair.agent.take('session_info')
  await pair.viewer.take('agent_status')
  const filters = { handle: user, frequencies: [15, 100], range_start: 1, range_end: 4, file_extension: '.txt' }
  pair.viewer.socket.emit(event, { user_id: user, analysisParams: { frequencies: [15, 100], ...params }, filters })
  const instructions = await pair.agent.take('set_filters')
  return { ...pair, session: session_id as string, instructions }
}

const send = (agent: RawClient, filename: string, content: string, event = 'stream_instrument_data') =>
  agent.ask(event, { filename, content }, 'file_processing_complete')

describe('the reference server for instruments', () => {
  it.each([false, true])('greets an agent and a viewer (polling: %s)', async (polling) => {
    const { agent, viewer } = await start()
    const one = agent('alice', polling)
    expect(await one.take('session_info')).toMatchObject({ user_id: 'alice' })
    const watcher = viewer({}, polling)
    expect(await watcher.take('session_info')).not.toHaveProperty('user_id')
    expect(await watcher.take('agent_status')).toEqual({ status: 'disconnected' })
    expect(await watcher.ask('check_agent_connection', { user_id: 'alice' }, 'agent_connection_status')).toMatchObject({
      status: 'connected',
      user_id: 'alice',
    })
    const answer = await watcher.ask('check_agent_connection', {}, 'agent_connection_status')
    expect(answer).toEqual({ status: 'error', message: 'User ID is required' })
  })

  it('refuses an agent without user id, and a second one of the same user', async () => {
    const { agent, nameless } = await start()
    expect(await nameless().take('connect_error')).toBe('User ID is required')
    await agent('alice').take('session_info')
    const second = agent('alice')
    await second.take('connection_rejected')
    await second.take('disconnect')
  })

  it('analyses SWV files for the viewers of their user alone', async () => {
    const server = await start()
    const alice = await startPair(server, 'alice')
    const bob = await startPair(server, 'bob')
    expect(alice.instructions).toEqual({
      handle: 'alice',
      frequencies: [15, 100],
      range_start: 1,
      range_end: 4,
      file_extension: '.txt',
    })
    await send(alice.agent, 'alice_15Hz_1.txt', makeFile(2e-6))
    await send(alice.agent, 'alice_100Hz_1.txt', makeFile(1e-6))
    await send(alice.agent, 'alice_15Hz_2.txt', makeFile(4e-6))
    await send(bob.agent, 'bob_15Hz_1.txt', makeFile(5e-6))
    const first = await alice.viewer.take('live_analysis_update')
    const { peak_value } = first.individual_analysis
    expect(peak_value / 2e-6).toBeGreaterThan(0.9)
    expect(first.individual_analysis.raw_currents).toHaveLength(61)
    await alice.viewer.take('live_analysis_update')
    const { trend_data } = await alice.viewer.take('live_analysis_update')
    expect(trend_data.x_axis_values).toEqual([1, 2])
    expect(trend_data.peak_current_trends['15'][1] / peak_value).toBeCloseTo(2, 6)
    expect(trend_data.peak_current_trends['100'][1]).toBeNull()
    expect(trend_data.normalized_peak_trends['15']).toEqual([1, expect.closeTo(2, 6)])
    expect(trend_data.kdm_trend).toEqual([expect.closeTo(2, 6), null])
    expect((await bob.viewer.take('live_analysis_update')).filename).toBe('bob_15Hz_1.txt')
    const { data } = await alice.viewer.ask('request_export_data', { user_id: 'alice' }, 'export_data_response')
    expect(data).toContain('# Peak Current 15Hz (A)\nFile_Number,E1_Peak_A,Mean_Peak_A,Std_Peak_A\n1,')
    expect(bob.viewer.received).toEqual([])
  })

  it('finds the area, and the figures of every electrode', async () => {
    const params = { SelectedOptions: 'Area Under the Curve', num_electrodes: 2, selected_electrodes: [0, 1] }
    const { agent, viewer } = await startPair(await start(), 'alice', 'start_analysis_session', params)
    await send(agent, 'alice_15Hz_1.txt', makeFile(2e-6, 2))
    for (const index of [0, 1]) {
      const update = await viewer.take('live_analysis_update')
      expect(update.electrode_index).toBe(index)
      expect(update.individual_analysis.peak_value).toBeCloseTo(2e-6 * 0.03 * Math.sqrt(2 * Math.PI), 10)
    }
  })

  it('finds both peaks of a cyclic voltammogram, and shows previews of it', async () => {
    const { agent, viewer } = await startPair(await start(), 'alice', 'start_cv_analysis_session')
    await send(agent, 'alice_1.txt', makeCvFile(3e-6, 2e-6), 'stream_cv_data')
    const { individual_analysis } = await viewer.take('live_cv_update')
    expect(individual_analysis.anodic_peak_current / individual_analysis.cathodic_peak_current).toBeCloseTo(1.5, 6)
    expect(individual_analysis.peak_separation).toBeCloseTo(0, 9)
    viewer.socket.emit('get_cv_preview', { filters: { handle: 'alice' }, analysisParams: {} })
    expect(await agent.take('set_filters')).toMatchObject({ handle: 'alice', preview_mode: true })
    const content = makeCvFile(3e-6, 2e-6)
    agent.socket.emit('cv_data_from_agent', { filename: 'alice_1.txt', content, preview_mode: true, status: 'success' })
    expect((await viewer.take('cv_preview_response')).analysis.num_segments).toBe(2)
    const { segments } = await viewer.ask('get_cv_segments', { content, params: {} }, 'cv_segments_response')
    expect(segments).toEqual([
      { from: 0, to: 61, direction: 'forward' },
      { from: 60, to: 121, direction: 'reverse' },
    ])
  })

  it('divides the peaks of a frequency map by their frequency', async () => {
    const { agent, viewer, instructions } = await startPair(await start(), 'alice', 'start_frequency_map_session')
    expect(instructions.analysis_mode).toBe('frequency_map')
    await send(agent, 'alice_50Hz.txt', makeFile(2e-6))
    const { data, frequency } = await viewer.take('frequency_map_update')
    expect(data.charge).toBeCloseTo(data.peak_value / frequency, 15)
    const request = { user_id: 'alice', export_all: true }
    const exported = await viewer.ask(
      'request_export_frequency_map_data',
      request,
      'export_frequency_map_data_response',
    )
    expect(exported.data).toContain('# Frequency Map E1\nFrequency_Hz,Peak_A,Charge_C\n50,')
  })

  it('refuses what it cannot read', async () => {
    const { agent, viewer } = await startPair(await start({ maxFileBytes: 1000 }), 'alice')
    const refusal = (filename: unknown, content: unknown) =>
      agent.ask('stream_instrument_data', { filename, content }, 'file_validation_error')
    expect(await refusal('alice.exe', 'x')).toMatchObject({ filename: 'alice.exe', error: 'invalid_type' })
    expect((await refusal('alice.txt', 7)).error).toBe('invalid_content')
    expect((await refusal('alice.txt', 'x'.repeat(1001))).error).toBe('too_large')
    expect((await refusal('alice.txt', 'no numbers\n')).error).toBe('invalid_content')
    expect((await refusal(undefined, 'x')).error).toBe('invalid_filename')
    expect(await viewer.ask('request_export_data', { user_id: 'alice' }, 'export_data_response')).toEqual({
      status: 'error',
      message: 'No data available to export.',
    })
    const ofNobody = await viewer.ask('request_export_data', { user_id: 'bob' }, 'export_data_response')
    expect(ofNobody.message).toBe('No active agent session found for this User ID.')
    expect((await viewer.ask('request_export_data', {}, 'export_data_response')).message).toBe(
      'User ID is required for export.',
    )
    expect((await viewer.ask('start_analysis_session', { user_id: 'bob' }, 'ack_start_session')).message).toBe(
      'Error: Local agent not detected for this User ID.',
    )
  })

  it('keeps the session of an agent that comes back within the grace', async () => {
    const server = await start({ grace: '5s' })
    const { agent, viewer, session } = await startPair(server, 'alice')
    await send(agent, 'alice_15Hz_1.txt', makeFile(2e-6))
    agent.close()
    const back = server.agent('alice')
    expect((await back.take('session_info')).session_id).toBe(session)
    await send(back, 'alice_15Hz_2.txt', makeFile(2e-6))
    await viewer.take('live_analysis_update')
    expect((await viewer.take('live_analysis_update')).trend_data.x_axis_values).toEqual([1, 2])
    expect(viewer.received).toEqual([])
    viewer.socket.emit('stop_analysis_session', {})
    await back.take('stop_data_stream')
  })

  it('tells the viewers when the grace is over, and begins anew', async () => {
    const server = await start({ grace: '50ms' })
    const { agent, viewer, session } = await startPair(server, 'alice')
    agent.close()
    expect(await viewer.take('agent_status')).toEqual({ status: 'disconnected', user_id: 'alice' })
    expect((await server.agent('alice').take('session_info')).session_id).not.toBe(session)
    expect(await viewer.take('agent_status')).toEqual({ status: 'connected', user_id: 'alice' })
  })

  it('breaks down and comes back, and its agents go on where they were', async () => {
    const server = await start({ grace: '5s' })
    const { agent, viewer, session } = await startPair(server, 'alice')
    await fetch(`${server.target.statusUrl}/restart`, { method: 'POST' })
    await Promise.all([agent.take('disconnect'), viewer.take('disconnect')])
    expect((await server.agent('alice').take('session_info')).session_id).toBe(session)
  })

  it('shows nothing to a viewer without the key, where keys are wanted', async () => {
    const server = await start({ viewerKeys: true })
    const agent = new RawClient(server.target.url, { user_id: 'alice', viewer_key: 'secret' }, 'mcsim-agent')
    clients.push(agent)
    await agent.take('session_info')
    const viewer = server.viewer()
    const check = (viewer_key?: string) =>
      viewer.ask('check_agent_connection', { user_id: 'alice', viewer_key }, 'agent_connection_status')
    expect((await check('wrong')).status).toBe('disconnected')
    expect((await check('secret')).status).toBe('connected')
  })

  it('says that it is well, and who is there', async () => {
    const server = await start()
    const { session } = await startPair(server, 'alice')
    const read = async (url: string) => (await fetch(url)).json()
    expect(await read(`${server.target.url}/health`)).toEqual({ status: 'ok' })
    expect(await read(`${server.target.url}/ready`)).toEqual({ status: 'ready' })
    expect(await read(`${server.target.statusUrl}/stats`)).toMatchObject({
      agents: 1,
      viewers: 1,
      users: { alice: session },
    })
  })
})
