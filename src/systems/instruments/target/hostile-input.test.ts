import { afterEach, describe, expect, it } from 'vitest'
import { makeFile, RawClient } from '../../../../test/support/instruments/raw-client.ts'
import { startTestInstruments } from '../../../../test/support/instruments/start-test-instruments.ts'
import type { RunningTarget } from '../../../core/system.ts'
import { parseAnalysisParams } from '../wire/analysis-params.ts'
import { createAnalysisPool } from './analysis/analysis-pool.ts'

let target: RunningTarget | undefined
const clients: RawClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await target?.stop()
  target = undefined
})

const use = (client: RawClient) => {
  clients.push(client)
  return client
}

const wrong = [
  ['sg_window', { sg_window: 4 }],
  ['sg_window', { sg_window: 6 }],
  ['sg_degree', { sg_degree: 99 }],
  ['num_electrodes', { num_electrodes: 1e7 }],
  ['num_electrodes', { num_electrodes: 0 }],
  ['voltage_column', { voltage_column: 1.5 }],
  ['current_column', { current_column: 0 }],
  ['delimiter', { delimiter: 9 }],
  ['frequencies', { frequencies: [-1] }],
  ['selected_electrodes', { selected_electrodes: Array.from({ length: 1000 }, () => 0) }],
] as const

describe('what a viewer asks for', () => {
  it.each(wrong)('is refused where its %s cannot be', async (name, analysisParams) => {
    target = await startTestInstruments()
    const agent = use(RawClient.agent(target.url, 'alice'))
    await agent.take('session_info')
    const viewer = use(new RawClient(target.url))
    const filters = { handle: 'alice' }
    const request = { user_id: 'alice', analysisParams, filters }
    const refusal = expect.stringContaining(name)
    const started = await viewer.ask('start_analysis_session', request, 'ack_start_session')
    expect(started).toEqual({ status: 'error', message: refusal })
    const content = makeFile(1e-6)
    const found = await viewer.ask('get_cv_segments', { content, params: analysisParams }, 'cv_segments_response')
    expect(found).toEqual({ status: 'error', message: refusal })
    expect(agent.received).toEqual([])
  })
})

describe('the threads that analyse', () => {
  const params = parseAnalysisParams({})
  const task = { content: makeFile(1e-6), mode: 'swv', frequency: 15 } as const

  it('say what is wrong with a file, and go on', async () => {
    const pool = createAnalysisPool(0)
    // No viewer can want this: it is refused before.
    const broken = await pool.analyse({ ...task, params: { ...params, windowPoints: 4 } })
    expect(broken).toEqual({ problem: expect.stringContaining('window') })
    expect(await pool.analyse({ ...task, params })).toHaveProperty('mean')
    await pool.close()
  })

  it('take no more with them when they die than the files that wait for them', async () => {
    // Of the sources only the build has what a thread can load.
    const pool = createAnalysisPool(1)
    const broken = { problem: expect.stringContaining('the analysis broke off') }
    expect(await Promise.all([1, 2].map(() => pool.analyse({ ...task, params })))).toEqual([broken, broken])
    expect(await pool.analyse({ ...task, params })).toEqual(broken)
    await pool.close()
  })
})

describe('a viewer that names its user in the URL', () => {
  it('needs the key, where keys are wanted', async () => {
    target = await startTestInstruments({ viewerKeys: true })
    const agent = use(new RawClient(target.url, { user_id: 'alice', viewer_key: 'secret' }, 'mcsim-agent'))
    await agent.take('session_info')
    const without = use(new RawClient(target.url, { user_id: 'alice' }))
    const withKey = use(new RawClient(target.url, { user_id: 'alice', viewer_key: 'secret' }))
    expect((await without.take('agent_status')).status).toBe('disconnected')
    expect((await withKey.take('agent_status')).status).toBe('connected')
    const file = { filename: 'alice_15Hz_1.txt', content: makeFile(1e-6) }
    await agent.ask('stream_instrument_data', file, 'file_processing_complete')
    await withKey.take('live_analysis_update')
    await without.ask('request_agent_status', {}, 'agent_status')
    expect(without.received).toEqual([])
  })

  it('belongs to whom it asks for next', async () => {
    target = await startTestInstruments()
    const agent = use(RawClient.agent(target.url, 'alice'))
    await agent.take('session_info')
    const viewer = use(new RawClient(target.url, { user_id: 'alice' }))
    viewer.socket.emit('check_agent_connection', { user_id: 'bob' })
    await viewer.take('agent_connection_status')
    const file = { filename: 'alice_15Hz_1.txt', content: makeFile(1e-6) }
    await agent.ask('stream_instrument_data', file, 'file_processing_complete')
    await viewer.ask('request_agent_status', {}, 'agent_status')
    expect(viewer.received).toEqual([])
  })
})
