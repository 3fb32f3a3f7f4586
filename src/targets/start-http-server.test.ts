import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { HttpError } from './http-error.ts'
import { type HttpRequest, type HttpServer, type HttpServerOptions, startHttpServer } from './start-http-server.ts'
import { refuseUpgrade, type UpgradeRequest } from './take-upgrades.ts'

let server: HttpServer
let requests: HttpRequest[]
const failures: unknown[] = []
const release = new EventTarget()
const sockets: Socket[] = []

async function start(limits: Partial<HttpServerOptions> = {}) {
  requests = []
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 10,
    maxConnections: 10,
    requestLimitMs: 5000,
    idleLimitMs: 5000,
    answer: async (request) => {
      requests.push(request)
      if (request.path === '/refused') throw new HttpError(404, 'not-here', 'there is nothing', { hint: 1 })
      if (request.path === '/broken') throw new TypeError('a bug')
      if (request.path === '/slow') await once(release, 'go')
      return { status: 200, body: { path: request.path, got: (await request.readBody()).toString() } }
    },
    failed: (error) => failures.push(error),
    ...limits,
  })
}

/** A connection that sends exactly these bytes; `text` is all that has come back. */
function send(bytes: string) {
  const socket = createConnection({ port: server.port, host: '127.0.0.1' })
  sockets.push(socket)
  const seen = { text: '', socket, closed: new Promise((resolve) => socket.once('close', resolve)) }
  socket.on('error', () => {})
  socket.on('data', (chunk) => (seen.text += chunk))
  socket.write(bytes)
  return seen
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`
const post = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`

beforeEach(() => start())
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  failures.length = 0
  await server.stop(1000)
})

describe('an HTTP server', () => {
  it('answers in JSON, also a body that comes in pieces', async () => {
    const seen = send('POST /a?b=1&b=2 HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n')
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    seen.socket.write('2\r\nde\r\n0\r\n\r\n')
    await vi.waitFor(() => expect(seen.text).toContain('{"path":"/a","got":"abcde"}'))
    expect(seen.text).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: application\/json\r\n/)
    expect(requests[0]?.query.getAll('b')).toEqual(['1', '2'])
  })

  it('refuses with a status and a reason, and tells nobody but itself of its own bugs', async () => {
    const refused = send(get('/refused'))
    await vi.waitFor(() => expect(refused.text).toContain('{"error":"not-here","message":"there is nothing","hint":1}'))
    const broken = send(get('/broken'))
    await vi.waitFor(() => expect(broken.text).toMatch(/^HTTP\/1\.1 500 .*"error":"internal"/s))
    expect(broken.text).not.toContain('a bug')
    expect(failures).toEqual([expect.any(TypeError)])
  })

  it.each([
    ['announced', post('/a', 'x'.repeat(11))],
    ['not announced', 'POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nb\r\nxxxxxxxxxxx\r\n0\r\n\r\n'],
  ])('refuses a body beyond the limit that is %s, and goes on with the next request', async (_how, bytes) => {
    const seen = send(bytes)
    await vi.waitFor(() => expect(seen.text).toContain('"maxBytes":10'))
    expect(seen.text).toMatch(/^HTTP\/1\.1 413 /)
    seen.socket.write(post('/next', 'y'))
    await vi.waitFor(() => expect(seen.text).toContain('{"path":"/next","got":"y"}'))
  })

  it('survives what is no HTTP, no path and no whole body', async () => {
    const noise = send('\0\x01\x02\r\n\r\n')
    await noise.closed
    expect(noise.text).toMatch(/^HTTP\/1\.1 400 /)
    const oddPath = send(get('//?%'))
    await vi.waitFor(() => expect(oddPath.text).toContain('{"path":"//","got":""}'))
    const half = send('POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc')
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    half.socket.destroy()
    await vi.waitFor(() => expect(requests[1]?.isCancelled()).toBe(true))
    expect(failures).toEqual([])
  })

  it('closes a connection whose request is not complete in time', async () => {
    await server.stop(1000)
    await start({ requestLimitMs: 100 })
    const seen = send('POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc')
    await seen.closed
    expect(seen.text).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('tells nothing to a connection that has sent nothing, and serves it when it does', async () => {
    await server.stop(1000)
    await start({ requestLimitMs: 60, idleLimitMs: 1000 })
    const silent = send('')
    const late = send('G')
    await late.closed
    expect(late.text).toMatch(/^HTTP\/1\.1 408 /)
    // Whoever began at the same time and was late has been found by now.
    await vi.waitFor(() => expect(silent.socket.readyState).toBe('open'))
    silent.socket.write(post('/a', 'x'))
    await vi.waitFor(() => expect(silent.text).toMatch(/^HTTP\/1\.1 200 /))
  })

  it('closes a connection that has sent nothing for too long', async () => {
    await server.stop(1000)
    await start({ requestLimitMs: 60, idleLimitMs: 60 })
    const silent = send('')
    await silent.closed
    expect(silent.text).toBe('')
  })

  it('has no room for more connections than its limit', async () => {
    await server.stop(1000)
    await start({ maxConnections: 1 })
    const first = send(post('/a', 'x'))
    await vi.waitFor(() => expect(first.text).toContain('/a'))
    await send(post('/b', 'x')).closed
    expect(requests).toHaveLength(1)
  })

  it('answers what has come when it stops, and accepts nothing more', async () => {
    const idle = send(post('/a', 'x'))
    await vi.waitFor(() => expect(idle.text).toContain('/a'))
    const slow = send(post('/slow', 'x'))
    await vi.waitFor(() => expect(requests).toHaveLength(2))
    const stopped = server.stop(5000)
    await idle.closed
    release.dispatchEvent(new Event('go'))
    await slow.closed
    await stopped
    expect(slow.text).toMatch(/^HTTP\/1\.1 200 OK\r\nconnection: close\r\n.*"path":"\/slow"/s)
    await send(get('/late')).closed
    expect(requests).toHaveLength(2)
  })

  it('waits no longer than its limit when it stops', async () => {
    const slow = send(post('/slow', 'x'))
    await vi.waitFor(() => expect(requests).toHaveLength(1))
    await server.stop(50)
    await slow.closed
    expect(slow.text).toBe('')
    release.dispatchEvent(new Event('go'))
  })

  describe('that takes upgrades', () => {
    const upgrade = 'GET /go HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: other\r\n\r\n'
    const taken: UpgradeRequest[] = []

    beforeEach(async () => {
      taken.length = 0
      await server.stop(1000)
      await start({ upgrade: (request) => taken.push(request) })
    })

    it('hands over the socket with what has come already, and goes on with other requests', async () => {
      const seen = send(`${upgrade}more`)
      await vi.waitFor(() => expect(taken).toHaveLength(1))
      expect([taken[0]?.message.url, String(taken[0]?.head)]).toEqual(['/go', 'more'])
      taken[0]?.socket.write('hello')
      await vi.waitFor(() => expect(seen.text).toBe('hello'))
      const other = send(get('/a'))
      await vi.waitFor(() => expect(other.text).toMatch(/^HTTP\/1\.1 200 /))
    })

    it('leaves no socket half open behind a client that has gone', async () => {
      const seen = send(upgrade)
      await vi.waitFor(() => expect(taken).toHaveLength(1))
      seen.socket.end()
      await seen.closed
      await vi.waitFor(() => expect(taken[0]?.socket.destroyed).toBe(true))
    })

    it('lets them be refused as HTTP', async () => {
      const seen = send(upgrade)
      await vi.waitFor(() => expect(taken).toHaveLength(1))
      const reply = { status: 404, body: { error: 'none' }, headers: { 'x-why': 'none' } }
      refuseUpgrade((taken[0] as UpgradeRequest).socket, reply)
      await seen.closed
      expect(seen.text).toMatch(
        /^HTTP\/1\.1 404 Not Found\r\n.*content-length: 16\r\nx-why: none\r\n\r\n{"error":"none"}$/s,
      )
    })

    it('ends their sockets, when it stops, after its limit', async () => {
      const seen = send(upgrade)
      await vi.waitFor(() => expect(taken).toHaveLength(1))
      await server.stop(50)
      await seen.closed
    })
  })
})
