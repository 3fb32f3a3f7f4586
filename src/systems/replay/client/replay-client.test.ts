import { afterEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import {
  type RawOptions,
  type RawServer,
  type RawSession,
  snapshotAt,
  startRawServer,
} from '../../../../test/support/replay/raw-server.ts'
import { createTestViewer, type TestViewer } from '../../../../test/support/replay/test-viewer.ts'
import { createWitnessChecker } from '../../../check/witness-silent.ts'
import { everStood } from '../../../core/close-reason.ts'
import { abortedCode } from '../../../core/event.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import { traceOf, tracesPerUnit } from '../workload/order-traces.ts'

let server: RawServer

afterEach(() => server.stop())

async function viewerOf(options: RawOptions = {}, params: object = {}): Promise<TestViewer> {
  server = await startRawServer(options)
  return createTestViewer(server.url, params)
}

const setUp = ['connect ok', 'create ok', 'watch ok', 'mode ok', 'speed ok', 'start ok']
const farewell = ['look ok', 'delete ok', 'look-gone ok', 'control-gone ok']

/** What is done between beginning and end, without the looks. */
const acted = (viewer: TestViewer) =>
  viewer
    .outcomes()
    .slice(setUp.length)
    .filter((outcome) => !/^(look|delete|look-gone|control-gone) ok$/.test(outcome))

function expectAllSettled({ ofType }: TestViewer): void {
  const completed = new Set(ofType('completion').map(({ operationId }) => operationId))
  expect(ofType('invocation').filter(({ operationId }) => !completed.has(operationId))).toEqual([])
  expect(ofType('closed')).toHaveLength(ofType('opened').length)
}

describe('a viewer', () => {
  it('makes a session, gives it its signature, watches it and sees it gone', async () => {
    const viewer = await viewerOf({}, { speeds: [3], symbols: ['ETHUSD'] })
    expect(await viewer.live()).toEqual([true])
    expect(viewer.outcomes().filter((outcome) => !outcome.startsWith('stop'))).toEqual([...setUp, ...farewell])
    expect(server.requests.slice(0, 4)).toEqual([
      'POST /sessions/create',
      'POST /mode/s1',
      'POST /replay/speed/3/s1',
      'POST /replay/start/s1',
    ])
    expect(server.upgrades).toEqual(['/ws?session_id=s1'])
    expect(viewer.valuesOf('create')).toEqual([{ status: 200, session: 's1', state: 'STOPPED' }])
    expect(viewer.valuesOf('watch')).toEqual([null])
    expect(viewer.valuesOf('look-gone')).toEqual([{ status: 200, refused: 'Session not found' }])
    expect(viewer.ofType('stray-bytes')).toEqual([])
    expectAllSettled(viewer)
  })

  it('keeps of a snapshot what its invariants need', async () => {
    // Both are on their way before the viewer could leave, however long anybody is held up.
    const sendTwo = (request: string, session: RawSession | undefined) => {
      if (!session || !request.includes('/start/')) return undefined
      for (const seq of [1, 2]) {
        const text = JSON.stringify({ type: 'snapshot', ...snapshotAt(seq), seq, session_id: session.id })
        for (const stream of session.streams) stream.send(text)
      }
      return undefined
    }
    const viewer = await viewerOf({ periodMs: 600_000, answer: sendTwo })
    await viewer.live()
    const [first, second] = viewer.delivered('snapshot') as [Record<string, number>, Record<string, number>]
    expect(first).toMatchObject({ atMs: Date.parse(snapshotAt(1).timestamp), seq: 1 })
    expect(second.book).not.toBe(first.book)
    expect(first).not.toHaveProperty('foreignSession')
    expect(first).not.toHaveProperty('bidTrace')
  })

  it('makes no session while it only opens, as a witness does', async () => {
    const viewer = await viewerOf()
    expect(await viewer.live(undefined, 0)).toEqual([])
    expect(viewer.outcomes()).toEqual(['connect ok'])
    expect(server.requests).toEqual([])
    const checker = createWitnessChecker(0 as ClientIndex)
    for (const event of viewer.list.events) checker.observe?.(event)
    expect(checker.conclude()).toMatchObject({ examined: 1, violations: [] })
  })

  it('makes a new session with a new epoch in each iteration, on connections of its own', async () => {
    const viewer = await viewerOf({}, { deletes: false, sessionIds: 'own' })
    expect(await viewer.live(undefined, 2)).toEqual([true, true])
    expect(viewer.ofType('opened').map(({ role, epoch }) => [role, epoch])).toEqual([
      ['control', 0],
      ['stream', 0],
      ['control', 1],
      ['stream', 1],
    ])
    expect(new Set(server.upgrades).size).toBe(2)
    expect([...server.sessions.keys()]).toEqual(server.upgrades.map((path) => path.replace(/.*=/, '')))
  })

  it('makes a new session when it is opened anew', async () => {
    const viewer = await viewerOf({}, { sessionIds: 'own' })
    await viewer.live()
    expect(await viewer.live()).toEqual([true])
    expect(viewer.ofType('opened').map(({ epoch }) => epoch)).toEqual([0, 0, 1, 1])
    expect(new Set(server.upgrades).size).toBe(2)
  })

  it('speaks the dialect in which the session comes first and a socket makes it', async () => {
    const viewer = await viewerOf({}, { dialect: 'session-first' })
    await viewer.live()
    const [id] = [...new Set(server.upgrades.map((path) => path.replace('/ws/', '')))]
    expect(server.requests).toContain(`POST /replay/${id}/start`)
    expect(server.requests).toContain(`GET /replay/${id}/state`)
    expect(viewer.outcomes()).not.toContain('create ok')
    expect(viewer.outcomes()).not.toContain('mode ok')
  })

  it('does not touch what others share', async () => {
    const viewer = await viewerOf({}, { session: 'shared', acts: 3, behaviour: ['pause', 'start-again'] })
    await viewer.live()
    expect(new Set(server.requests)).toEqual(new Set(['POST /replay/start', 'GET /replay/state']))
    expect(server.upgrades).toEqual(['/ws'])
    expect(viewer.ofType('invocation').find(({ operation }) => operation === 'watch')?.value).toEqual({
      session: null,
      returns: false,
    })
  })

  it('shares no socket with another viewer of the same process', async () => {
    const viewer = await viewerOf()
    const other = createTestViewer(server.url, {}, 1)
    await Promise.all([viewer.live(), other.live()])
    expect(server.sockets.size).toBe(4)
    expect(new Set(server.upgrades).size).toBe(2)
    for (const { ofType } of [viewer, other]) expect(ofType('opened')).toHaveLength(2)
  })
})

describe('an act', () => {
  const act = async (name: string, params: object = {}, options: RawOptions = {}) => {
    const viewer = await viewerOf(options, { acts: 1, behaviour: [name], ...params })
    expect(await viewer.live()).toEqual([true])
    expectAllSettled(viewer)
    return viewer
  }

  it('pause waits for what was sent before, and looks while nothing may come', async () => {
    const viewer = await act('pause')
    expect(acted(viewer).slice(0, 3)).toEqual(['pause ok', 'settle ok', 'resume ok'])
    const settled = viewer.list.events.findIndex((event) => event.type === 'completion' && event.operation === 'settle')
    const resumed = viewer.list.events.findIndex((event) => event.type === 'invocation' && event.operation === 'resume')
    const between = viewer.list.events.slice(settled, resumed)
    expect(between.filter(({ type }) => type === 'delivery')).toEqual([])
    expect(between.filter((event) => event.type === 'completion').map(({ operation }) => operation)).toEqual([
      'settle',
      'look',
    ])
  })

  it('pause gives a snapshot up that does not come', async () => {
    const answer: RawOptions['answer'] = (line, session) =>
      line.includes('pause') && session
        ? { body: { status: 'paused', session_id: session.id, cursor_ts: snapshotAt(9_999).timestamp } }
        : undefined
    const viewer = await act('pause', { settle: '30ms' }, { answer })
    expect(acted(viewer).slice(0, 3)).toEqual(['pause ok', 'settle indeterminate settle-timeout', 'resume ok'])
  })

  it.each([
    ['speed', ['speed ok'], /POST \/replay\/speed\/6\/s1/],
    ['go-back', ['go-back ok'], /POST \/replay\/goback\/2\/s1/],
    ['symbol', ['mode ok'], /POST \/mode\/s1/],
    ['mode', ['mode ok'], /POST \/mode\/s1/],
    ['restart', ['stop ok', 'start ok'], /POST \/replay\/stop\/s1/],
    ['start-again', ['start ok'], /POST \/replay\/start\/s1/],
  ])('%s is asked for, between two looks', async (name, outcomes, request) => {
    const viewer = await act(name)
    expect(acted(viewer).slice(0, outcomes.length)).toEqual(outcomes)
    const at = setUp.length
    expect(viewer.outcomes().slice(at, at + outcomes.length + 2)).toEqual(['look ok', ...outcomes, 'look ok'])
    expect(server.requests.slice(4).join()).toMatch(request)
  })

  it('order goes over the stream, in the market of the session', async () => {
    const viewer = await act('order', { analytics: 'formulas' })
    expect(acted(viewer).slice(0, 2)).toEqual(['mode ok', 'order ok'])
    const { quantity } = JSON.parse(server.orders[0] as string) as { quantity: number }
    expect(Math.round((quantity % 1) * tracesPerUnit)).toBe(traceOf(0))
    const { bidTrace, askTrace } = viewer.delivered('snapshot').at(-1) as { bidTrace: number; askTrace: number }
    expect([bidTrace, askTrace]).toEqual([0, 0])
  })

  it('second-socket watches over two streams and closes one of them', async () => {
    const viewer = await act('second-socket', { acts: 6 })
    expect(server.upgrades).toHaveLength(7)
    expect(viewer.ofType('fault')).toEqual([])
    const streams = new Set(
      viewer.ofType('delivery').flatMap(({ channel, connection }) => (channel === 'snapshot' ? [connection] : [])),
    )
    expect(streams.size).toBe(7)
    const returns = viewer.ofType('invocation').filter(({ operation }) => operation === 'watch')
    expect(returns.map(({ value }) => (value as { returns: boolean }).returns)).toEqual([false, ...Array(6).fill(true)])
  })

  it('return leaves abruptly and comes back to the same session', async () => {
    const viewer = await act('return')
    expect(viewer.ofType('fault')).toMatchObject([{ fault: 'leave', value: {} }])
    expect(new Set(server.upgrades)).toEqual(new Set(['/ws?session_id=s1']))
    expect(viewer.ofType('closed').filter(({ reason }) => reason === 'dropped')).toHaveLength(2)
    expect(viewer.ofType('opened').map(({ epoch }) => epoch)).toEqual([0, 0, 0, 0])
    expect(viewer.delivered('history')).toHaveLength(1)
  })
})

describe('at the end a viewer', () => {
  it('lets its session expire and looks whether it is gone', async () => {
    const answer: RawOptions['answer'] = (line, session) =>
      line.startsWith('GET /sessions/') && session?.streams.size === 0 ? { status: 404, body: 'gone' } : undefined
    const viewer = await viewerOf({ answer }, { expires: true, idleTtl: '10ms' })
    await viewer.live()
    expect(viewer.outcomes().at(-1)).toBe('look-gone ok')
    expect(viewer.valuesOf('look-gone')).toEqual([{ status: 404, refused: 'gone' }])
    expect(viewer.ofType('fault')).toMatchObject([{ fault: 'leave' }])
    expect(server.requests.join()).not.toContain('DELETE')
  })

  it('shows its key with each request, and once does not', async () => {
    const keys: (string | undefined)[] = []
    const answer: RawOptions['answer'] = (line, session, headers) => {
      keys.push(headers['x-session-key'] as string | undefined)
      if (line.endsWith('create')) {
        for (const id of ['s1', 's2']) server.sessions.set(id, { id, state: 'STOPPED', seq: 0, streams: new Set() })
        return { body: { session_id: 's1', session_key: 'secret' } }
      }
      return session && headers['x-session-key'] !== 'secret' ? { status: 401, body: { detail: 'no key' } } : undefined
    }
    const viewer = await viewerOf({ answer }, { sessionKeys: true })
    await viewer.live()
    expect(viewer.outcomes()).toContain('control-keyless ok')
    expect(viewer.valuesOf('list')).toEqual([{ status: 200, own: true, others: ['s2'] }])
    expect(viewer.valuesOf('control-keyless')).toEqual([{ status: 401, refused: '{"detail":"no key"}' }])
    expect(keys.filter((key) => key === undefined)).toHaveLength(2)
    expect(JSON.stringify(viewer.list.events)).not.toContain('secret')
  })

  it('sees whether a session that is gone goes on', async () => {
    const answer: RawOptions['answer'] = (line) =>
      line.startsWith('DELETE') ? { body: { status: 'deleted' } } : undefined
    const viewer = await viewerOf({ answer }, { period: '20ms' })
    await viewer.live()
    // This server forgets nothing, and says so.
    expect(viewer.valuesOf('look-gone')).toMatchObject([{ status: 200 }])
    expect(viewer.valuesOf('look-gone')[0]).not.toHaveProperty('refused')
    expect(viewer.outcomes().slice(-2)).toEqual(['look-gone ok', 'control-gone ok'])
  })
})

describe('what a server does wrong is recorded:', () => {
  it('a session that it does not know', async () => {
    const answer: RawOptions['answer'] = (line) =>
      line.includes('speed') ? { body: { status: 'error', message: 'Session not found' } } : undefined
    const viewer = await viewerOf({ answer })
    await viewer.live()
    expect(viewer.outcomes()).toContain('speed failed refused')
    expect(viewer.valuesOf('speed')).toEqual([{ status: 200, refused: 'Session not found' }])
  })

  it('a creation that fails', async () => {
    const viewer = await viewerOf({ answer: () => ({ status: 503, body: 'full' }) })
    expect(await viewer.live()).toEqual([true])
    expect(viewer.outcomes()).toEqual(['connect ok', 'create limited busy'])
  })

  it.each([
    ['no JSON', 'malformed-answer', { status: 200, refused: 'no JSON' }],
    [{ status: 'created' }, 'malformed-answer', { status: 200, refused: '{"status":"created"}' }],
  ])('a creation that is answered %j', async (body, code, value) => {
    const viewer = await viewerOf({ answer: () => ({ body }) })
    await viewer.live()
    expect(viewer.outcomes()).toEqual(['connect ok', `create indeterminate ${code}`])
    expect(viewer.valuesOf('create')).toEqual([value])
  })

  it('too many requests, after which the viewer waits and asks again', async () => {
    let denied = 0
    const answer: RawOptions['answer'] = (line) =>
      line.includes('start') && denied++ < 2 ? { status: 429, headers: { 'retry-after': '0.02' }, body: {} } : undefined
    const viewer = await viewerOf({ answer })
    await viewer.live()
    expect(viewer.outcomes().slice(5, 8)).toEqual([
      'start limited rate-limited',
      'start limited rate-limited',
      'start ok',
    ])
    expect(viewer.ofType('fault')).toMatchObject([
      { fault: 'local-wait', value: { ms: 20 } },
      { fault: 'local-wait', value: { ms: 20 } },
    ])
  })

  it('too many requests for ever', async () => {
    const answer = () => ({ status: 429, headers: { 'retry-after': '0' }, body: {} })
    const viewer = await viewerOf({ answer })
    await viewer.live()
    expect(viewer.outcomes()).toEqual(['connect ok', ...Array(7).fill('create limited rate-limited')])
  })

  it('too many streams, after which the viewer tries again', async () => {
    let denied = 0
    const upgrade: RawOptions['upgrade'] = (socket) => {
      if (denied++ > 0) return false
      socket.end('HTTP/1.1 429 Too Many\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n')
      return true
    }
    const viewer = await viewerOf({ upgrade })
    await viewer.live()
    expect(viewer.outcomes().slice(0, 4)).toEqual(['connect ok', 'create ok', 'watch limited rate-limited', 'watch ok'])
    expect(viewer.ofType('fault')).toMatchObject([{ fault: 'local-wait', value: { ms: 0 } }])
  })

  it('a refused stream', async () => {
    const upgrade: RawOptions['upgrade'] = (socket) => {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nno session')
      return true
    }
    const viewer = await viewerOf({ upgrade })
    expect(await viewer.live()).toEqual([true])
    expect(viewer.outcomes()).toEqual(['connect ok', 'create ok', 'watch failed refused'])
    expect(viewer.valuesOf('watch')).toEqual([{ status: 404, refused: 'no session' }])
    expectAllSettled(viewer)
  })

  it.each([
    [
      'says so',
      (stream: WebSocket) => stream.send('{"type":"error","message":"unknown"}'),
      'failed refused',
      'unknown',
    ],
    ['closes and says why', (stream: WebSocket) => stream.close(4004, 'who?'), 'failed refused', 'who?'],
  ])('a stream whose server %s', async (_name, greet, outcome, refused) => {
    const viewer = await viewerOf({ greet })
    await viewer.live()
    expect(viewer.outcomes().at(-1)).toBe(`watch ${outcome}`)
    expect(viewer.valuesOf('watch')).toEqual([{ status: 101, refused }])
  })

  it('a stream that is lost, or on which nothing comes', async () => {
    const lost = await viewerOf({ greet: (stream) => stream.terminate() })
    await lost.live()
    expect(lost.outcomes().at(-1)).toBe('watch indeterminate early-close')
    await server.stop()
    const mute = await viewerOf({ greet: () => {} }, { requestLimit: '40ms' })
    await mute.live()
    expect(mute.outcomes().filter((outcome) => outcome.startsWith('watch'))).toEqual([
      'watch indeterminate history-timeout',
    ])
    expectAllSettled(mute)
  })

  it('nothing where a server is said to send no history', async () => {
    const viewer = await viewerOf({ greet: () => {} }, { history: false })
    await viewer.live()
    expect(viewer.outcomes()).toContain('watch ok')
  })

  it('a stream that it closes, after which the viewer opens another', async () => {
    let greeted = 0
    const greet: RawOptions['greet'] = (stream, session) => {
      stream.send(JSON.stringify({ type: 'history', data: [], session_id: session.id }))
      if (greeted++ === 0) setTimeout(() => stream.close(1001, 'going away'), 5)
    }
    const viewer = await viewerOf({ greet }, { acts: 2, behaviour: ['start-again'], watch: '60ms' })
    await viewer.live()
    expect(server.upgrades).toHaveLength(2)
    expect(viewer.ofType('closed').map(({ reason }) => reason)).toEqual(['ended', 'ended', 'ended'])
  })

  it('messages of no protocol, and of another session', async () => {
    const greet: RawOptions['greet'] = (stream) => {
      stream.send('hello')
      stream.send(Buffer.from([1, 2]))
      stream.send('{"type":"snapshot","bids":[],"asks":[],"timestamp":"never"}')
      stream.send('{"type":"heartbeat","session_id":"s9"}')
      stream.send(JSON.stringify({ type: 'history', data: [{ ...snapshotAt(1), session_id: 's9' }], session_id: 's9' }))
    }
    const answer: RawOptions['answer'] = (line, session) =>
      line.includes('speed') && session ? { body: { status: 'success', session_id: 's7', speed: 9 } } : undefined
    const viewer = await viewerOf({ greet, answer })
    await viewer.live()
    expect(viewer.ofType('stray-bytes').map(({ bytes }) => bytes)).toEqual([5, 2, 59])
    expect(viewer.delivered('other')).toEqual([{ name: 'heartbeat', foreignSession: 's9' }])
    expect(viewer.delivered('history')).toMatchObject([{ foreignSession: 's9', snapshots: [{ foreignSession: 's9' }] }])
    expect(viewer.valuesOf('speed')).toEqual([{ status: 200, foreignSession: 's7', speed: 9 }])
  })

  it('nobody who listens', async () => {
    const viewer = await viewerOf()
    await server.stop()
    expect(await viewer.live()).toEqual([])
    expect(viewer.outcomes()).toEqual(['connect failed connect-refused'])
    expect(viewer.ofType('closed').every(({ reason }) => !everStood(reason))).toBe(true)
  })
})

describe('a viewer understands', () => {
  it.each([
    ['bare snapshots', (snapshot: object) => JSON.stringify(snapshot)],
    ['wrapped ones', (snapshot: object) => JSON.stringify({ type: 'snapshot', data: snapshot })],
    ['those without number and session', (_: object, { seq }: { seq: number }) => JSON.stringify(snapshotAt(seq))],
  ])('%s', async (_name, spell) => {
    const viewer = await viewerOf({ spell }, { acts: 1, behaviour: ['pause'] })
    await viewer.live()
    expect(viewer.delivered('snapshot').length).toBeGreaterThan(0)
    expect(viewer.outcomes()).toContain('settle ok')
    expect(viewer.ofType('stray-bytes')).toEqual([])
  })

  it('messages in several frames', async () => {
    const greet: RawOptions['greet'] = (stream) => {
      const text = JSON.stringify({ type: 'history', data: [snapshotAt(4)] })
      stream.send(text.slice(0, 20), { fin: false })
      stream.send(text.slice(20), { fin: true })
    }
    const viewer = await viewerOf({ greet })
    await viewer.live()
    expect(viewer.delivered('history')).toMatchObject([{ snapshots: [{ atMs: Date.parse(snapshotAt(4).timestamp) }] }])
  })

  it('a server that sends no history', async () => {
    const viewer = await viewerOf({ greet: (stream) => stream.send(JSON.stringify(snapshotAt(1))) })
    await viewer.live()
    expect(viewer.outcomes()).toContain('watch ok')
  })
})

describe('an abort', () => {
  it.each([0, 3, 8, 15, 30, 60, 120, 200])('after %i ms ends everything at once', async (afterMs) => {
    const viewer = await viewerOf({}, { acts: 50 })
    const controller = new AbortController()
    const lived = viewer.live(controller.signal)
    if (afterMs > 0) await new Promise((resolve) => setTimeout(resolve, afterMs))
    const abortedAt = performance.now()
    controller.abort()
    await lived
    expect(performance.now() - abortedAt).toBeLessThan(1000)
    expectAllSettled(viewer)
    const faulty = viewer.ofType('completion').filter(({ outcome }) => outcome !== 'ok')
    for (const { errorCode } of faulty) expect(errorCode).toBe(abortedCode)
  })

  it.each([
    ['an answer', { answer: () => ({ status: 429, headers: { 'retry-after': '30' }, body: {} }) }],
    ['the history', { greet: () => {} }],
    ['the upgrade', { upgrade: () => true }],
  ] satisfies [string, RawOptions][])('ends the waiting for %s', async (_name, options) => {
    const viewer = await viewerOf(options)
    const controller = new AbortController()
    const lived = viewer.live(controller.signal)
    await expect.poll(() => server.requests.length).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 50))
    const abortedAt = performance.now()
    controller.abort()
    await lived
    expect(performance.now() - abortedAt).toBeLessThan(1000)
    expectAllSettled(viewer)
  })
})
