import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createEventList } from '../../test/support/event-list.ts'
import { startTcpServer, type TestServer } from '../../test/support/tcp-server.ts'
import { HttpConnection, type HttpOptions } from './http-connection.ts'

let server: TestServer

afterEach(() => server.stop())

async function connectTo(serve: (socket: Socket) => void, options: Partial<HttpOptions> = {}) {
  server = await startTcpServer(serve)
  const list = createEventList()
  const signal = new AbortController().signal
  const limits = { connectLimitMs: 2000, requestLimitMs: 2000, maxBodyBytes: 1000 }
  const address = { host: '127.0.0.1', port: server.port, role: 'device' }
  const connection = new HttpConnection({ ...address, ...limits, recorder: list.recorder, signal, ...options })
  expect(await connection.connected).toBe(options.signal?.aborted ? 'aborted' : undefined)
  return { list, connection, strays: () => list.events.filter(({ type }) => type === 'stray-bytes') }
}

const answer = (body: string, head = '') =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${head}\r\n${body}`

/** Answers each request, of which the test knows that it comes in one chunk, with the next of these. */
const answering = (...answers: readonly string[]) => {
  const left = [...answers]
  return (socket: Socket) => void socket.on('data', () => socket.write(left.shift() ?? ''))
}

const get = { method: 'GET', path: '/x' } as const

describe('HttpConnection', () => {
  it('hands every byte of head and body to the recorder, and answers one request after another', async () => {
    const { list, connection, strays } = await connectTo(answering(answer('one', 'X-Who: me\r\n'), answer('two')))
    expect(await connection.send(get)).toMatchObject({ status: 200, body: Buffer.from('one') })
    expect(await connection.send({ ...get, method: 'POST', body: 'hello' })).toMatchObject({ body: Buffer.from('two') })
    expect(list.received(1).toString()).toBe(answer('one', 'X-Who: me\r\n') + answer('two'))
    expect(strays()).toEqual([])
    expect(server.sockets).toHaveLength(1)
  })

  it('stamps an answer with the arrival of its last chunk', async () => {
    const { connection } = await connectTo((socket) => {
      socket.on('data', () => {
        socket.write('HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\nab')
        setTimeout(() => socket.write('cd'), 30)
      })
    })
    const sentAtMs = performance.now()
    const reply = await connection.send(get)
    expect(reply).toMatchObject({ status: 500, body: Buffer.from('abcd') })
    expect('atMs' in reply && reply.atMs - sentAtMs).toBeGreaterThan(25)
  })

  it('takes what comes on an idle connection for stray, before and after a request', async () => {
    const { connection, strays } = await connectTo((socket) => socket.write('early'))
    await expect.poll(strays).toMatchObject([{ bytes: 5 }])
    expect(connection.isOpen).toBe(true)
    await server.stop()
    const second = await connectTo(answering(answer('mine')))
    await second.connection.send(get)
    server.sockets[0]?.write(answer('another’s'))
    await second.connection.closed
    expect(second.strays()).toMatchObject([{ bytes: Buffer.byteLength(answer('another’s')) }])
    expect(second.list.received(1).toString()).toContain('another’s')
  })

  it('takes a 408 on an idle connection for its end, before and after a request', async () => {
    const head = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'
    const fresh = await connectTo((socket) => socket.end(head))
    expect(await fresh.connection.closed).toBe('idle-limit')
    expect(fresh.strays()).toEqual([])
    await server.stop()
    const used = await connectTo(answering(answer('mine')))
    await used.connection.send(get)
    server.sockets[0]?.end(head)
    expect(await used.connection.closed).toBe('idle-limit')
    expect(used.list.received(1).toString()).toBe(answer('mine') + head)
    expect(used.strays()).toEqual([])
    expect(await used.connection.send(get)).toEqual({ failure: 'unsent' })
  })

  it('takes what node says to a connection on which no request comes for no data', async () => {
    const limits = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 20 }
    const http = createServer(limits).listen(0, '127.0.0.1')
    await once(http, 'listening')
    const { connection, strays } = await connectTo(() => {}, { port: (http.address() as AddressInfo).port })
    expect(await connection.closed).toBe('idle-limit')
    expect(strays()).toEqual([])
    http.close()
  })

  it.each([
    ['with a body', ['HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\n\r\nleak']],
    ['whose body comes later', ['HTTP/1.1 408 Request Timeout\r\n\r\n', 'leak']],
    ['that breaks off', ['HTTP/1.1 408 Request Ti']],
  ])('takes for stray a 408 %s', async (_, pieces) => {
    let accept = (_: Socket) => {}
    const accepted = new Promise<Socket>((resolve) => {
      accept = resolve
    })
    const { connection, strays, list } = await connectTo((socket) => accept(socket))
    const socket = await accepted
    let sent = 0
    for (const piece of pieces) {
      socket.write(piece)
      sent += piece.length
      await vi.waitFor(() => expect(list.received(1)).toHaveLength(sent))
    }
    socket.end()
    await connection.closed
    expect(strays()).toMatchObject([{ bytes: pieces.join('').length }])
  })

  it('cannot tell an answer that comes unasked while one is awaited, but the true one that follows it', async () => {
    const { connection, strays, list } = await connectTo((socket) => {
      socket.once('data', () => {
        socket.write(answer('another’s'))
        setImmediate(() => socket.write(answer('mine')))
      })
    })
    const reply = await connection.send(get)
    expect(reply).toMatchObject({ body: Buffer.from('another’s') })
    expect(await connection.closed).toBe('dropped')
    expect(strays()).toHaveLength(1)
    expect(list.received(1).toString()).toContain('mine')
    expect(await connection.send(get)).toEqual({ failure: 'unsent' })
  })

  it('takes for stray what follows an answer in the same chunk', async () => {
    const { connection, strays } = await connectTo(answering(answer('mine') + answer('too much')))
    expect(await connection.send(get)).toMatchObject({ body: Buffer.from('mine') })
    expect(await connection.closed).toBe('dropped')
    expect(strays()).toHaveLength(1)
  })

  it.each([
    ['no HTTP at all\r\n\r\n', 'malformed'],
    [answer('x'.repeat(2000)), 'malformed'],
  ])('refuses %j', async (bytes, failure) => {
    const { connection, list } = await connectTo(answering(bytes))
    expect(await connection.send(get)).toEqual({ failure })
    expect(await connection.closed).toBe('dropped')
    expect(list.received(1).toString()).toBe(bytes)
  })

  it('sends what is asked within an answer only when all that came with it was looked at', async () => {
    const { connection, strays, list } = await connectTo(
      answering(answer('mine') + answer('too much'), answer('later')),
    )
    const next = await new Promise((resolve) => connection.ask(get, () => connection.ask(get, resolve)))
    expect(next).toEqual({ failure: 'unsent' })
    expect(strays()).toHaveLength(1)
    expect(list.received(1).toString()).not.toContain('later')
  })

  it('answers what is asked within an answer', async () => {
    const { connection, strays } = await connectTo(answering(answer('one'), answer('two')))
    const next = await new Promise((resolve) => connection.ask(get, () => connection.ask(get, resolve)))
    expect(next).toMatchObject({ body: Buffer.from('two') })
    expect(strays()).toEqual([])
  })

  it('tells what is asked within an answer as unsent where the server ends the connection with it', async () => {
    const { connection } = await connectTo(answering(answer('one', 'Connection: close\r\n'), answer('two')))
    const next = await new Promise((resolve) => connection.ask(get, () => connection.ask(get, resolve)))
    expect(next).toEqual({ failure: 'unsent' })
    expect(await connection.closed).toBe('ended')
  })

  it('gives up at the limit and resets, so that a late answer cannot be taken for the next', async () => {
    const { connection } = await connectTo((socket) => socket.resume(), { requestLimitMs: 50 })
    expect(await connection.send(get)).toEqual({ failure: 'request-timeout' })
    expect(await connection.closed).toBe('abandoned')
    expect(await connection.send(get)).toEqual({ failure: 'unsent' })
  })

  it('counts the limit from each request, not from the first', async () => {
    const serve = (socket: Socket) => void socket.on('data', () => setTimeout(() => socket.write(answer('late')), 60))
    const { connection } = await connectTo(serve, { requestLimitMs: 100 })
    for (let i = 0; i < 3; i++) expect(await connection.send(get)).toHaveProperty('status', 200)
  })

  it.each([
    ['ended', (socket: Socket) => socket.end()],
    ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ])('that is %s without an answer says so', async (reason, finish) => {
    const { connection } = await connectTo((socket) => void socket.once('data', () => finish(socket)))
    expect(await connection.send(get)).toEqual({ failure: reason })
    expect(await connection.closed).toBe(reason)
    expect(connection.isOpen).toBe(false)
  })

  it('reads an answer that ends with the connection', async () => {
    const serve = (socket: Socket) => void socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nall'))
    const { connection } = await connectTo(serve)
    expect(await connection.send(get)).toMatchObject({ body: Buffer.from('all') })
    expect(await connection.closed).toBe('ended')
  })

  it('tells a request that was never sent from one that was', async () => {
    const { connection } = await connectTo(answering(answer('one')))
    await connection.send(get)
    server.sockets[0]?.end()
    await connection.closed
    expect(await connection.send(get)).toEqual({ failure: 'unsent' })
  })

  it('leaves with a reset on the wire while a request is under way', async () => {
    const { connection } = await connectTo((socket) => socket.resume())
    const reply = connection.send(get)
    await once(server.sockets[0] as Socket, 'data')
    const [error] = await Promise.all([once(server.sockets[0] as Socket, 'error'), connection.destroy('dropped')])
    expect(error[0]).toMatchObject({ code: 'ECONNRESET' })
    expect(await reply).toEqual({ failure: 'dropped' })
  })

  it('leaves at once though the server does not read', async () => {
    const { connection } = await connectTo((socket) => socket.once('data', () => socket.pause()))
    const body = 'x'.repeat(50_000_000)
    const reply = connection.send({ method: 'POST', path: '/x', body })
    await once(server.sockets[0] as Socket, 'data')
    connection.destroy('abandoned')
    expect(await connection.closed).toBe('abandoned')
    expect(await reply).toEqual({ failure: 'abandoned' })
  })

  it('leaves a request behind that the server has got whole', async () => {
    const { connection } = await connectTo(() => {})
    const [bytes, reason] = await Promise.all([
      once(server.sockets[0] as Socket, 'data'),
      connection.sendAndLeave({ method: 'POST', path: '/x', body: 'all of it' }),
    ])
    expect([String(bytes), reason]).toEqual([expect.stringMatching(/^POST \/x .*all of it$/s), 'dropped'])
  })

  it('closes in the ordinary way, and after a limit otherwise', async () => {
    const { connection } = await connectTo((socket) => void socket.on('end', () => socket.end()).resume())
    expect(await connection.close(1000)).toBe('ended')
    await server.stop()
    const stubborn = await connectTo((socket) => socket.resume())
    expect(await stubborn.connection.close(30)).toBe('abandoned')
  })

  it('ends on abort, at any time', async () => {
    await connectTo(() => {}, { signal: AbortSignal.abort() })
    await server.stop()
    const controller = new AbortController()
    const { connection } = await connectTo((socket) => socket.resume(), { signal: controller.signal })
    const reply = connection.send(get)
    controller.abort()
    expect(await reply).toEqual({ failure: 'aborted' })
    expect(await connection.closed).toBe('aborted')
  })
})
