import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Any, ask, RawStream } from '../../../../test/support/replay/raw-viewer.ts'
import { startTestReplay } from '../../../../test/support/replay/start-test-replay.ts'
import type { RunningTarget } from '../../../core/system.ts'

let target: RunningTarget | undefined
const streams: RawStream[] = []

const start = async (...options: Parameters<typeof startTestReplay>): Promise<RunningTarget> => {
  target = await startTestReplay(...options)
  return target
}
const stats = async (): Promise<Any> => (await ask(target?.statusUrl as string, 'GET', '/stats')).body
const open = async (path: string, headers: Record<string, string> = {}) => {
  const stream = await RawStream.open(target?.url + path, headers)
  streams.push(stream)
  return stream
}

afterEach(async () => {
  for (const { socket } of streams.splice(0)) socket.terminate()
  await target?.stop()
  target = undefined
})

describe('a session', () => {
  it('expires when nobody has been there for so long', async () => {
    const { url } = await start({ sessionTtl: '150ms', sweepEvery: '20ms', period: '20ms' })
    const alone = (await ask(url, 'POST', '/sessions/create')).body.session_id as string
    const stream = await open('/ws/watched')
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ sessions: 1, expired: 1 }), { timeout: 20_000 })
    for (const path of [`/sessions/${alone}`, `/replay/${alone}/state`]) {
      expect((await ask(url, 'GET', path)).body).toMatchObject({ status: 'error', message: 'Session not found' })
    }
    expect((await RawStream.refused(`${url}/ws?session_id=${alone}`)).status).toBe(404)
    expect((await ask(url, 'GET', '/sessions/watched')).status).toBe(200)
    stream.socket.terminate()
    await vi.waitFor(async () => expect(await stats()).toMatchObject({ sessions: 0, expired: 2 }), { timeout: 20_000 })
  })

  it('is used by being asked for, but not by being listed', async () => {
    const { url } = await start()
    const { session_id: id, created_at: bornAt } = (await ask(url, 'POST', '/sessions/create')).body
    while (Date.now() <= Date.parse(bornAt)) await ask(url, 'GET', '/health')
    expect((await ask(url, 'GET', '/sessions')).body.sessions[0].last_activity).toBe(bornAt)
    expect((await ask(url, 'GET', `/sessions/${id}`)).body.last_activity > bornAt).toBe(true)
  })

  it('is gone when its time is over, though no sweep has come', async () => {
    const { url } = await start({ sessionTtl: '1ms' })
    const { session_id: id } = (await ask(url, 'POST', '/sessions/create')).body
    const bornMs = Date.now()
    while (Date.now() < bornMs + 3) await ask(url, 'GET', '/health')
    expect((await ask(url, 'POST', `/replay/start/${id}`)).status).toBe(404)
    expect(await stats()).toMatchObject({ sessions: 0, expired: 1 })
  })

  it('finds no room beyond the limit, of sessions and of sockets', async () => {
    const { url } = await start({ maxSessions: 2, maxSocketsPerSession: 2 })
    const { session_id: id } = (await ask(url, 'POST', '/sessions/create')).body
    await open('/ws/own')
    expect(await ask(url, 'POST', '/sessions/create')).toMatchObject({ status: 503, body: { error: 'no-room' } })
    expect((await RawStream.refused(`${url}/ws/other`)).body).toMatchObject({ status: 'error', error: 'no-room' })
    for (let i = 0; i < 2; i++) await open(`/ws?session_id=${id}`)
    expect((await RawStream.refused(`${url}/ws?session_id=${id}`)).status).toBe(503)
    await ask(url, 'DELETE', '/sessions/own')
    expect((await ask(url, 'POST', '/sessions/create')).status).toBe(200)
  })

  it('belongs to whoever has its key, and is listed to the operator alone', async () => {
    const lines: string[] = []
    const { url } = await start({ sessionKeys: true }, { log: (line) => lines.push(line) })
    const [one, other] = [await ask(url, 'POST', '/sessions/create'), await ask(url, 'POST', '/sessions/create')]
    const { session_id: id, session_key: key } = one.body
    expect(key).not.toBe(other.body.session_key)
    const wrong = { headers: { 'x-session-key': other.body.session_key } }
    for (const more of [{}, wrong]) {
      for (const [method, path] of [
        ['GET', `/sessions/${id}`],
        ['POST', `/replay/start/${id}`],
        ['POST', `/replay/speed/2/${id}`],
        ['POST', `/mode/${id}`],
        ['DELETE', `/sessions/${id}`],
      ] as const) {
        expect(await ask(url, method, path, more)).toMatchObject({ status: 403, body: { error: 'wrong-key' } })
      }
    }
    expect((await RawStream.refused(`${url}/ws?session_id=${id}`)).status).toBe(403)
    expect((await RawStream.refused(`${url}/ws/${id}`, { 'x-session-key': 'x' })).status).toBe(403)
    expect((await RawStream.refused(`${url}/ws/of-my-own`)).status).toBe(403)
    await open(`/ws?session_id=${id}`, { 'x-session-key': key })
    const started = await ask(url, 'POST', `/replay/start/${id}`, { headers: { 'x-session-key': key } })
    expect(started).toMatchObject({ status: 200, body: { state: 'PLAYING' } })
    expect(started.body).not.toHaveProperty('session_key')
    expect((await ask(url, 'GET', '/sessions')).body).toEqual({ total: 2, sessions: [] })
    expect((await ask(url, 'GET', '/sessions', wrong)).body.sessions).toEqual([])
    const { adminKey } = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'key made')
    const listed = await ask(url, 'GET', '/sessions', { headers: { 'x-admin-key': adminKey } })
    expect(listed.body.sessions.map((each: Any) => each.session_id)).toEqual([id, other.body.session_id])
    expect(JSON.stringify(listed.body)).not.toContain(key)
  })
})

describe('a request', () => {
  it.each([
    ['POST', '/replay/speed/0/S', 400, 'bad-speed'],
    ['POST', '/replay/speed/11/S', 400, 'bad-speed'],
    ['POST', '/replay/speed/fast/S', 400, 'bad-speed'],
    ['POST', '/replay/goback/-1/S', 400, 'bad-seconds'],
    ['POST', '/replay/goback/Infinity/S', 400, 'bad-seconds'],
    ['POST', '/mode/S', 400, 'malformed-body'],
    ['GET', '/nowhere', 404, 'unknown-path'],
    ['GET', '/replay/start/S', 405, 'wrong-method'],
    ['PATCH', '/sessions/S', 405, 'wrong-method'],
    ['GET', '/sessions/%ZZ', 404, 'unknown-path'],
  ])('%s %s is refused with %i', async (method, path, status, error) => {
    const { url } = await start()
    await open('/ws/S')
    expect(await ask(url, method, path)).toMatchObject({ status, body: { status: 'error', error } })
  })

  it.each([
    ['{"mode":"replay"}', 'unknown-mode'],
    ['{"symbol":"DOGE"}', 'unknown-symbol'],
    ['{"symbol":7}', 'unknown-symbol'],
    ['[]', 'malformed-body'],
    ['{', 'malformed-body'],
  ])('for the mode with %s is refused', async (body, error) => {
    const { url } = await start()
    await open('/ws/S')
    for (const path of ['/mode/S', '/mode']) {
      expect(await ask(url, 'POST', path, { body })).toMatchObject({ status: 400, body: { error } })
    }
  })

  it('is refused where its body is too large', async () => {
    const { url } = await start({ maxBodyBytes: 100 })
    await open('/ws/S')
    expect((await ask(url, 'POST', '/mode/S', { body: 'x'.repeat(101) })).status).toBe(413)
  })

  it('is told when there is room again, beyond so many a minute', async () => {
    const { url } = await start({ requestsPerMinute: 3 })
    for (let i = 0; i < 3; i++) expect((await ask(url, 'GET', '/health')).status).toBe(200)
    const { status, headers, body } = await ask(url, 'GET', '/health')
    expect([status, body.status, body.error]).toEqual([429, 'error', 'too-many-requests'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(50)
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  it('for an unknown session is refused with 200, where that is wanted', async () => {
    const { url } = await start({ errorStatus: 200 })
    expect(await ask(url, 'POST', '/replay/start/none')).toMatchObject({
      status: 200,
      body: { status: 'error', message: 'Session not found' },
    })
  })

  it('is logged with the session that it was for', async () => {
    const lines: string[] = []
    const { url } = await start({}, { log: (line) => lines.push(line) })
    const { session_id: id } = (await ask(url, 'POST', '/sessions/create')).body
    await open(`/ws?session_id=${id}`)
    await ask(url, 'POST', `/replay/start/${id}`)
    await ask(url, 'POST', '/replay/start/none')
    await ask(url, 'DELETE', `/sessions/${id}`)
    const logged = lines.map((line) => JSON.parse(line))
    for (const msg of ['session made', 'stream opened', 'session ended']) {
      expect(logged).toContainEqual(expect.objectContaining({ msg, clientId: id }))
    }
    const path = `/replay/start/${id}`
    expect(logged).toContainEqual(expect.objectContaining({ msg: 'request', path, status: 200, clientId: id }))
    expect(logged).toContainEqual(expect.objectContaining({ level: 'warn', status: 404, error: 'unknown-session' }))
  })
})

/** A WebSocket by hand, which reads only what it is told to. */
async function openByHand(path: string): Promise<{ socket: Socket; received: () => string }> {
  const { hostname, port } = new URL(target?.url as string)
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  const lines = ['host: x', 'upgrade: websocket', 'connection: Upgrade', 'sec-websocket-version: 13']
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nsec-websocket-key: ${'A'.repeat(22)}==\r\n\r\n`)
  while (!text.includes('"history"')) await once(socket, 'data')
  return { socket, received: () => text }
}

describe('a socket', () => {
  // It takes seconds until the buffers of the system are full; `web-sockets.test.ts` has shorter ways.
  const isLong = process.env['MCSIM_LONG'] !== undefined
  it.runIf(isLong)('that reads too slowly loses the oldest snapshots, is told so, and harms nobody', async () => {
    const { url } = await start({ period: '1ms', maxBuffered: 20_000, rows: 1_000_000 })
    const fast = await open('/ws/S')
    const slow = await openByHand('/ws/S')
    slow.socket.pause()
    await ask(url, 'POST', '/replay/S/speed/10')
    await ask(url, 'POST', '/replay/S/start')
    await vi.waitFor(async () => expect((await stats()).dropped).toBeGreaterThan(200), {
      timeout: 50_000,
      interval: 200,
    })
    const { dropped } = (await ask(url, 'POST', '/replay/S/pause')) && (await stats())
    slow.socket.resume()
    await vi.waitFor(() => expect(slow.received()).toContain(`"dropped":${dropped}}`), { timeout: 20_000 })
    const seen = [...slow.received().matchAll(/"seq":(\d+)(?:,"dropped":(\d+))?}/g)]
    let [seq, told] = [-1, 0]
    for (const [, nextSeq, nextTold = '0'] of seen) {
      // A gap is as long as what is told on top of the last time.
      expect(Number(nextSeq) - seq - 1).toBe(Number(nextTold) - told)
      ;[seq, told] = [Number(nextSeq), Number(nextTold)]
    }
    expect(told).toBe(dropped)
    expect(fast.seqs).toEqual(fast.seqs.map((_, index) => index))
    expect(fast.snapshots.every((snapshot) => snapshot.dropped === undefined)).toBe(true)
    expect((await stats()).perSession.S.dropped).toBe(dropped)
    slow.socket.destroy()
  })

  it('that sends too long a message is closed, and the server goes on', async () => {
    const { url } = await start({ maxMessageBytes: 100 })
    const [stream, other] = [await open('/ws/S'), await open('/ws/S')]
    stream.send('x'.repeat(101))
    expect(await stream.closed).toBe(1009)
    await ask(url, 'POST', '/replay/S/start')
    await other.more(1)
  })

  it('that ends its side of the connection leaves nothing open', async () => {
    await start()
    const { socket } = await openByHand('/ws/S')
    socket.end()
    await once(socket, 'close')
    await vi.waitFor(async () => expect((await stats()).sockets).toBe(0))
  })

  it('is refused where the handshake is none, and where nothing is served', async () => {
    const { url } = await start()
    expect((await RawStream.refused(`${url}/elsewhere`)).body).toMatchObject({ error: 'unknown-path' })
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.write('GET /ws/S HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n')
    const [chunk] = await once(socket, 'data')
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 400 /)
    socket.destroy()
  })

  it('is told that the server goes away, which ends quickly', async () => {
    const { url, stop } = await start({ period: '10ms' })
    const streams = [await open('/ws/one'), await open('/ws/two')]
    const silent = await openByHand('/ws/three')
    silent.socket.pause()
    await ask(url, 'POST', '/replay/one/start')
    await streams[0]?.more(2)
    const beganMs = performance.now()
    await stop()
    target = undefined
    expect(performance.now() - beganMs).toBeLessThan(4000)
    expect(await Promise.all(streams.map(({ closed }) => closed))).toEqual([1001, 1001])
    silent.socket.destroy()
  })
})
