import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Any, ask, RawStream } from '../../../../test/support/replay/raw-viewer.ts'
import { startTestReplay } from '../../../../test/support/replay/start-test-replay.ts'
import type { RunningTarget } from '../../../core/system.ts'

let target: RunningTarget
const streams: RawStream[] = []

const restart = async (...options: Parameters<typeof startTestReplay>) => {
  await target.stop()
  target = await startTestReplay(...options)
}
const post = async (path: string, body?: object): Promise<Any> =>
  (await ask(target.url, 'POST', path, body && { body: JSON.stringify(body) })).body
const get = async (path: string): Promise<Any> => (await ask(target.url, 'GET', path)).body
const stats = async (): Promise<Any> => (await ask(target.statusUrl as string, 'GET', '/stats')).body
const open = async (path: string) => {
  const stream = await RawStream.open(target.url + path)
  streams.push(stream)
  return stream
}
/** A session of its own with one socket. */
const view = async () => {
  const { session_id: id } = await post('/sessions/create')
  return { id: id as string, stream: await open(`/ws?session_id=${id}`) }
}
const timesOf = (snapshots: readonly Any[]) => snapshots.map(({ timestamp }) => Date.parse(timestamp))
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)
/** Time goes by that another viewer can tell. */
const passTime = async (snapshots = 5) => {
  const { id, stream } = await view()
  await post(`/replay/speed/10/${id}`)
  await post(`/replay/start/${id}`)
  await stream.more(snapshots)
  await ask(target.url, 'DELETE', `/sessions/${id}`)
}

beforeEach(async () => {
  target = await startTestReplay({ period: '40ms' })
})
afterEach(async () => {
  for (const { socket } of streams.splice(0)) socket.terminate()
  await target.stop()
})

describe('a session', () => {
  it('begins stopped, at speed 1, before the first snapshot of the first symbol', async () => {
    const created = await post('/sessions/create')
    expect(created).toMatchObject({ status: 'created', state: 'STOPPED', speed: 1, mode: 'REPLAY', symbol: 'BTCUSD' })
    expect(created).toMatchObject({ cursor_ts: null, buffer_size: 0, end_ts: '2024-01-02T10:53:19.750Z' })
    const stream = await open(`/ws?session_id=${created.session_id}`)
    expect(stream.messages).toEqual([
      { type: 'history', data: [], session_id: created.session_id, formulas: 'mcsim/1' },
    ])
  })

  it('plays from its cursor, step by step, and tells where it is', async () => {
    const { id, stream } = await view()
    expect(await post(`/replay/start/${id}`)).toMatchObject({ status: 'started', state: 'PLAYING', session_id: id })
    await stream.more(5)
    const paused = await post(`/replay/pause/${id}`)
    await stream.settle(paused)
    expect(paused).toMatchObject({ status: 'paused', state: 'PAUSED', buffer_size: stream.snapshots.length })
    await passTime()
    const sent = stream.seqs.length
    expect(stream.seqs).toEqual(range(0, sent - 1))
    expect(timesOf(stream.snapshots)).toEqual(
      range(0, sent - 1).map((i) => Date.parse('2024-01-02T09:30:00Z') + i * 250),
    )
    expect(await post(`/replay/resume/${id}`)).toMatchObject({ status: 'resumed', state: 'PLAYING' })
    await stream.more(3)
    expect(stream.seqs.slice(sent, sent + 3)).toEqual(range(sent, sent + 2))
    for (const { session_id: of, symbol, mode, bids, asks } of stream.snapshots) {
      expect([of, symbol, mode, bids.length, asks.length]).toEqual([id, 'BTCUSD', 'REPLAY', 10, 10])
    }
  })

  it('answers a control that changes nothing, and changes nothing', async () => {
    const { id, stream } = await view()
    expect(await post(`/replay/pause/${id}`)).toMatchObject({ status: 'paused', state: 'STOPPED' })
    expect(await post(`/replay/resume/${id}`)).toMatchObject({ status: 'resumed', state: 'STOPPED' })
    await post(`/replay/start/${id}`)
    expect(await post(`/replay/start/${id}`)).toMatchObject({ status: 'started', state: 'PLAYING' })
    await stream.more(6)
    expect(stream.seqs).toEqual(range(0, stream.seqs.length - 1))
  })

  it('goes to before the beginning when it is stopped, and keeps speed, mode and symbol', async () => {
    const { id, stream } = await view()
    await post(`/mode/${id}`, { symbol: 'ETHUSD' })
    await post(`/replay/speed/4/${id}`)
    await post(`/replay/start/${id}`)
    await stream.more(3)
    const stopped = await post(`/replay/stop/${id}`)
    expect(stopped).toMatchObject({ status: 'stopped', state: 'STOPPED', cursor_ts: null, speed: 4, symbol: 'ETHUSD' })
    await post(`/replay/start/${id}`)
    const again = await stream.next(({ seq }) => seq === 0)
    expect([again.seq, again.symbol]).toEqual([0, 'ETHUSD'])
  })

  it('is never faster than its speed', async () => {
    const [slow, fast] = [await view(), await view()]
    expect(await post(`/replay/speed/5/${fast.id}`)).toMatchObject({ status: 'success', speed: 5 })
    for (const { id } of [slow, fast]) await post(`/replay/start/${id}`)
    await slow.stream.more(1)
    const [beganMs, begun] = [performance.now(), { slow: slow.stream.seqs.length, fast: fast.stream.seqs.length }]
    await slow.stream.more(8)
    const ms = performance.now() - beganMs
    expect(slow.stream.seqs.length - begun.slow).toBeLessThanOrEqual(Math.ceil(ms / 40) + 1)
    expect(fast.stream.seqs.length - begun.fast).toBeLessThanOrEqual(Math.ceil(ms / 8) + 1)
    expect(fast.stream.seqs.length).toBeGreaterThan(2 * slow.stream.seqs.length)
  })

  it('does not come faster by being paused and resumed', async () => {
    const { id, stream } = await view()
    const beganMs = performance.now()
    await post(`/replay/start/${id}`)
    for (let i = 0; i < 30; i++) {
      await post(`/replay/pause/${id}`)
      await post(`/replay/resume/${id}`)
    }
    await stream.more(1)
    expect(stream.seqs.length).toBeLessThanOrEqual(Math.ceil((performance.now() - beganMs) / 40) + 1)
  })

  it('goes back by market time, in any state, and not to before the beginning', async () => {
    const { id, stream } = await view()
    expect((await post(`/replay/goback/5/${id}`)).cursor_ts).toBeNull()
    await post(`/replay/start/${id}`)
    await stream.until(9)
    const paused = await post(`/replay/pause/${id}`)
    await stream.settle(paused)
    const back = await post(`/replay/goback/1.5/${id}`)
    expect(back).toMatchObject({ status: 'success', state: 'PAUSED' })
    expect(Date.parse(back.cursor_ts)).toBe(Date.parse(paused.cursor_ts) - 1500)
    const sent = stream.seqs.length
    await post(`/replay/resume/${id}`)
    await stream.more(1)
    expect(stream.seqs[sent]).toBe((stream.seqs[sent - 1] as number) + 1 - 6)
    expect((await post(`/replay/goback/1000/${id}`)).cursor_ts).toBeNull()
    expect((await stream.next(({ seq }) => seq === 0)).seq).toBe(0)
  })

  it('stops at the end of the data, with its cursor there, and then plays from the beginning', async () => {
    await restart({ period: '5ms', rows: 12 })
    const { id, stream } = await view()
    await post(`/replay/start/${id}`)
    await stream.next(({ seq }) => seq === 11)
    const ended = await get(`/sessions/${id}`)
    expect(ended).toMatchObject({ state: 'STOPPED', buffer_size: 12, cursor_ts: ended.end_ts })
    await post(`/replay/start/${id}`)
    await stream.more(3)
    expect(stream.seqs.slice(0, 15)).toEqual([...range(0, 11), 0, 1, 2])
  })

  it('goes on at the same cursor with another symbol', async () => {
    const { id, stream } = await view()
    await post(`/replay/start/${id}`)
    await stream.more(3)
    expect(await post(`/mode/${id}`, { symbol: 'SOLUSD' })).toMatchObject({
      status: 'success',
      symbol: 'SOLUSD',
      mode: 'REPLAY',
      state: 'PLAYING',
    })
    await stream.next(({ symbol }) => symbol === 'SOLUSD')
    await stream.more(1)
    expect(stream.seqs).toEqual(range(0, stream.seqs.length - 1))
    expect(stream.snapshots.at(-1).best_bid).toBeGreaterThan(250)
  })

  it('begins a further socket with what it has sent, at most 100', async () => {
    await restart({ period: '5ms' })
    const { id, stream } = await view()
    await post(`/replay/start/${id}`)
    await stream.until(31)
    await stream.settle(await post(`/replay/pause/${id}`))
    const second = await open(`/ws?session_id=${id}`)
    expect(second.history).toEqual(stream.snapshots.map(({ type, ...snapshot }) => snapshot))
    await post(`/replay/resume/${id}`)
    await stream.until(131)
    await stream.settle(await post(`/replay/pause/${id}`))
    const third = await open(`/ws?session_id=${id}`)
    expect(third.history).toEqual(stream.snapshots.slice(-100).map(({ type, ...snapshot }) => snapshot))
  })

  it('sends its stream to all its sockets, and goes on when one of them closes', async () => {
    const { id, stream } = await view()
    const second = await open(`/ws?session_id=${id}`)
    await post(`/replay/start/${id}`)
    await Promise.all([stream.more(4), second.more(4)])
    expect(second.snapshots.slice(0, 4)).toEqual(stream.snapshots.slice(0, 4))
    await second.close()
    await stream.more(4)
    expect(stream.seqs).toEqual(range(0, stream.seqs.length - 1))
  })

  it('waits for a socket to come back, and plays on', async () => {
    const { id, stream } = await view()
    await post(`/replay/start/${id}`)
    await stream.more(3)
    stream.socket.terminate()
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ playing: 0, sockets: 0 }))
    const left = await get(`/sessions/${id}`)
    expect(left.state).toBe('PLAYING')
    await passTime()
    expect((await get(`/sessions/${id}`)).cursor_ts).toBe(left.cursor_ts)
    const back = await open(`/ws?session_id=${id}`)
    await back.more(2)
    expect(back.seqs[0]).toBe(back.history.at(-1).seq + 1)
    expect(await stats()).toMatchObject({ playing: 1, playingWithoutSockets: 0 })
  })

  it('is gone with its sockets when it is deleted', async () => {
    const { id, stream } = await view()
    await post(`/replay/start/${id}`)
    await stream.more(1)
    const deleted = await ask(target.url, 'DELETE', `/sessions/${id}`)
    expect(deleted).toMatchObject({ status: 200, body: { status: 'deleted', session_id: id, state: 'STOPPED' } })
    expect(await stream.closed).toBe(1000)
    const refusal = { status: 'error', error: 'unknown-session', message: 'Session not found' }
    for (const [method, path] of [
      ['GET', `/sessions/${id}`],
      ['GET', `/replay/${id}/state`],
      ['POST', `/replay/start/${id}`],
      ['POST', `/mode/${id}`],
      ['DELETE', `/sessions/${id}`],
    ] as const) {
      expect(await ask(target.url, method, path)).toMatchObject({ status: 404, body: refusal })
    }
    expect(await RawStream.refused(`${target.url}/ws?session_id=${id}`)).toEqual({ status: 404, body: refusal })
    expect(await stats()).toMatchObject({ sessions: 0, playing: 0, deleted: 1 })
  })
})

describe('modes', () => {
  it('has one live feed for all, which goes on by itself', async () => {
    const [one, two] = [await view(), await view()]
    for (const { id } of [one, two]) {
      expect(await post(`/mode/${id}`, { mode: 'LIVE' })).toMatchObject({ mode: 'LIVE', cursor_ts: null, end_ts: null })
      await post(`/replay/start/${id}`)
    }
    await Promise.all([one.stream.more(4), two.stream.more(4)])
    const paused = await post(`/replay/pause/${one.id}`)
    await one.stream.settle(paused)
    expect(paused.cursor_ts).toBe(one.stream.snapshots.at(-1).timestamp)
    await two.stream.more(4)
    await post(`/replay/resume/${one.id}`)
    const sent = one.stream.seqs.length
    await one.stream.more(3)
    const [first, second] = [one.stream.seqs, two.stream.seqs]
    for (const seqs of [first.slice(0, sent), first.slice(sent), second]) {
      expect(seqs).toEqual(range(seqs[0] as number, seqs.at(-1) as number))
    }
    expect(first[sent] as number).toBeGreaterThanOrEqual((first[sent - 1] as number) + 4)
    const bookAt = (viewer: typeof one, seq: number) => viewer.stream.snapshots.find((each) => each.seq === seq).bids
    const common = first.filter((seq) => second.includes(seq))
    expect(common.length).toBeGreaterThan(3)
    for (const seq of common) expect(bookAt(one, seq)).toEqual(bookAt(two, seq))
    for (const snapshot of one.stream.snapshots) expect(snapshot.session_id).toBe(one.id)
  })

  it('has no speed and no way back in a live feed', async () => {
    const { id } = await view()
    await post(`/mode/${id}`, { mode: 'LIVE' })
    for (const path of [`/replay/speed/2/${id}`, `/replay/goback/2/${id}`]) {
      expect(await ask(target.url, 'POST', path)).toMatchObject({
        status: 409,
        body: { status: 'error', error: 'live' },
      })
    }
  })

  it('simulates a market of the session’s own, in which its orders rest', async () => {
    const [one, two] = [await view(), await view()]
    for (const { id } of [one, two]) {
      await post(`/mode/${id}`, { mode: 'SIMULATION', symbol: 'ETHUSD' })
      await post(`/replay/start/${id}`)
    }
    one.stream.send({ type: 'ORDER', side: 'BUY', quantity: 3.00012 })
    one.stream.send({ type: 'ORDER', side: 'SELL', quantity: 0.5 })
    const isTraded = ({ bids }: Any) => bids?.[0][1] % 1 > 0
    const traded = await one.stream.next(isTraded)
    expect(traded).toMatchObject({ mode: 'SIMULATION', symbol: 'ETHUSD' })
    await Promise.all([one.stream.more(5), two.stream.more(5)])
    const after = one.stream.snapshots.filter(({ seq }) => seq >= traded.seq)
    for (const { bids, asks, seq } of after) {
      expect(bids[0][1] % 1).toBeCloseTo(0.00012, 9)
      if (seq > traded.seq) expect(asks[0][1] % 1).toBe(0.5)
    }
    expect(two.stream.snapshots.filter(isTraded)).toEqual([])
    expect(one.stream.snapshots[0].bids).not.toEqual(two.stream.snapshots[0].bids)
    expect(one.stream.seqs).toEqual(range(0, one.stream.seqs.length - 1))
    // A further socket is told the same, orders included.
    await one.stream.settle(await post(`/replay/pause/${one.id}`))
    const second = await open(`/ws?session_id=${one.id}`)
    expect(second.history).toEqual(one.stream.snapshots.map(({ type, ...snapshot }) => snapshot))
  })

  it('makes a simulated market anew, and goes on with the replay where it was left', async () => {
    const { id, stream } = await view()
    await post(`/replay/start/${id}`)
    await stream.more(4)
    await post(`/mode/${id}`, { mode: 'SIMULATION' })
    stream.send({ type: 'ORDER', side: 'BUY', quantity: 0.25 })
    const first = await stream.next(({ mode }) => mode === 'SIMULATION')
    expect([first.seq, first.timestamp]).toEqual([0, '2024-01-02T09:30:00.000Z'])
    // Over one socket all comes in order.
    const left = stream.snapshots.filter(({ mode }) => mode === 'REPLAY').at(-1)
    await post(`/mode/${id}`, { mode: 'REPLAY' })
    expect((await stream.next(({ mode }) => mode === 'REPLAY')).seq).toBe(left.seq + 1)
    await post(`/mode/${id}`, { mode: 'SIMULATION' })
    const again = await stream.next(({ mode }) => mode === 'SIMULATION')
    expect(again.seq).toBe(0)
    expect(again.bids).not.toEqual(first.bids)
    expect(again.bids[0][1] % 1).toBe(0)
  })

  it('takes an order nowhere else for anything, and refuses what is none', async () => {
    const { id, stream } = await view()
    await post(`/replay/start/${id}`)
    stream.send({ type: 'ORDER', side: 'BUY', quantity: 0.5 })
    for (const nonsense of ['?', '{}', '[]', '{"type":"ORDER","side":"BUY","quantity":-1}']) stream.send(nonsense)
    await stream.more(8)
    expect(stream.messages.filter(({ type }) => type === 'error')).toHaveLength(4)
    for (const { bids } of stream.snapshots) expect(bids[0][1] % 1).toBe(0)
    await post(`/mode/${id}`, { mode: 'SIMULATION' })
    stream.send({ type: 'ORDER', side: 'BUY', quantity: 2e6 })
    expect((await stream.next(({ type }) => type === 'error')).message).toContain('1000000')
  })
})

describe('the paths', () => {
  it('may have the session first, and make it with its first socket', async () => {
    const stream = await open('/ws/my-own_id.1')
    expect(stream.messages[0].session_id).toBe('my-own_id.1')
    expect(await post('/replay/my-own_id.1/speed/3')).toMatchObject({ status: 'success', speed: 3 })
    expect(await post('/replay/my-own_id.1/start')).toMatchObject({ status: 'started', state: 'PLAYING' })
    await stream.more(9)
    expect(await post('/replay/my-own_id.1/goback/1')).toMatchObject({ status: 'success' })
    expect(await post('/replay/my-own_id.1/pause')).toMatchObject({ status: 'paused', state: 'PAUSED' })
    expect(await get('/replay/my-own_id.1/state')).toMatchObject({ state: 'PAUSED', speed: 3 })
    // Both ways of spelling lead to one session.
    expect(await get('/sessions/my-own_id.1')).toMatchObject({ state: 'PAUSED', speed: 3 })
    expect(await post('/replay/stop/my-own_id.1')).toMatchObject({ state: 'STOPPED' })
    expect((await ask(target.url, 'POST', '/replay/another/start')).status).toBe(404)
  })

  it('make a session anew that is gone, where nothing else is said', async () => {
    const stream = await open('/ws/mine')
    await post('/replay/mine/start')
    await stream.more(2)
    await ask(target.url, 'DELETE', '/sessions/mine')
    await stream.closed
    expect((await ask(target.url, 'GET', '/replay/mine/state')).status).toBe(404)
    expect((await open('/ws/mine')).history).toEqual([])
    await restart({ period: '40ms', resurrects: false })
    await open('/ws/mine')
    await ask(target.url, 'DELETE', '/sessions/mine')
    expect((await RawStream.refused(`${target.url}/ws/mine`)).status).toBe(404)
  })

  it('lead to one session for all who name none', async () => {
    const [one, two, own] = [await open('/ws'), await open('/ws'), await view()]
    expect(await post('/replay/speed/2')).toMatchObject({ speed: 2 })
    expect(await post('/replay/start')).toMatchObject({ status: 'started', state: 'PLAYING' })
    await Promise.all([one.more(5), two.more(5)])
    expect(two.snapshots.slice(0, 5)).toEqual(one.snapshots.slice(0, 5))
    expect(await post('/replay/goback/1')).toMatchObject({ status: 'success' })
    expect(await post('/replay/pause')).toMatchObject({ status: 'paused' })
    expect(await get('/replay/state')).toMatchObject({ state: 'PAUSED', speed: 2 })
    expect(await get(`/sessions/${own.id}`)).toMatchObject({ state: 'STOPPED', speed: 1 })
    expect(own.stream.messages).toHaveLength(1)
  })

  it('change the mode of all but those that were created, where they name no session', async () => {
    const [named, shared, own] = [await open('/ws/named'), await open('/ws'), await view()]
    expect(await post('/mode', { mode: 'LIVE', symbol: 'ADAUSD' })).toEqual({
      status: 'success',
      mode: 'LIVE',
      symbol: 'ADAUSD',
      sessions: 2,
    })
    expect(await get('/replay/named/state')).toMatchObject({ mode: 'LIVE', symbol: 'ADAUSD' })
    expect(await get('/replay/state')).toMatchObject({ mode: 'LIVE', symbol: 'ADAUSD' })
    expect(await get(`/sessions/${own.id}`)).toMatchObject({ mode: 'REPLAY', symbol: 'BTCUSD' })
    await open('/ws/later')
    expect(await get('/replay/later/state')).toMatchObject({ mode: 'LIVE', symbol: 'ADAUSD' })
    expect([named.messages.length, shared.messages.length]).toEqual([1, 1])
  })

  it('may begin with a base path', async () => {
    await restart({ basePath: '/api/v1' })
    expect(new URL(target.url).pathname).toBe('/api/v1')
    const { id } = await view()
    expect(await post(`/replay/start/${id}`)).toMatchObject({ status: 'started' })
    expect(await get('/health')).toMatchObject({ status: 'healthy', sessions: 1 })
  })

  it('tell who is there, and how many', async () => {
    const [one, two] = [await view(), await view()]
    await post(`/mode/${two.id}`, { mode: 'LIVE' })
    await post(`/replay/start/${one.id}`)
    await one.stream.more(2)
    const { sessions } = await get('/sessions')
    expect(sessions.map((each: Any) => each.session_id)).toEqual([one.id, two.id])
    const figures = {
      total_sessions: 2,
      active_sessions: 2,
      mode_distribution: { LIVE: 1, REPLAY: 1, SIMULATION: 0 },
      state_distribution: { STOPPED: 1, PLAYING: 1, PAUSED: 0 },
    }
    expect(await get('/sessions/stats')).toMatchObject(figures)
    expect(await get('/metrics/dashboard')).toMatchObject({ ...figures, streaming_sessions: 1, snapshots_dropped: 0 })
    const told = await stats()
    expect(told).toMatchObject({ sessions: 2, playing: 1, sockets: 2, modes: { LIVE: 1, REPLAY: 1, SIMULATION: 0 } })
    expect(told.perSession[one.id]).toMatchObject({ streaming: true, sockets: 1, state: 'PLAYING', origin: 'created' })
    expect(told.snapshotsSent).toBeGreaterThanOrEqual(2)
  })
})
