import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createEventList } from '../../test/support/event-list.ts'
import { startTcpServer, type TestServer } from '../../test/support/tcp-server.ts'
import type { ConnectionFault, NetworkFault } from '../core/fault.ts'
import { HttpConnection } from './http-connection.ts'
import { TcpConnection } from './tcp-connection.ts'
import { WsConnection } from './ws-connection.ts'

let server: TestServer

afterEach(() => server.stop())

const fault = (kind: NetworkFault, rest: Partial<ConnectionFault> = {}): ConnectionFault => ({
  rule: 3,
  kind,
  lastsMs: 100,
  bytesPerSecond: 0,
  ...rest,
})

/** A connection, and what the server sees of it. */
async function connect(serve: (socket: Socket) => void = (socket) => socket.resume()) {
  const seen: string[] = []
  server = await startTcpServer((socket) => {
    socket.on('data', (chunk) => seen.push(chunk.toString('latin1')))
    socket.on('end', () => seen.push('end'))
    socket.on('error', (error: NodeJS.ErrnoException) => seen.push(error.code ?? ''))
    socket.on('close', () => seen.push('close'))
    serve(socket)
  })
  const list = createEventList()
  const options = {
    host: '127.0.0.1',
    port: server.port,
    role: 'test',
    connectLimitMs: 2000,
    recorder: list.recorder,
    signal: new AbortController().signal,
  }
  const faults = () => list.events.flatMap((event) => (event.type === 'fault' ? [event.fault] : []))
  return { list, options, seen, faults }
}

async function connectTcp(serve?: (socket: Socket) => void) {
  const made = await connect(serve)
  const connection = new TcpConnection(made.options)
  await connection.connected
  await vi.waitFor(() => expect(server.sockets).toHaveLength(1))
  return { ...made, connection }
}

describe('a struck TCP connection', () => {
  it.each(['reset', 'reconnect-storm'] as const)('is gone without a FIN after a %s', async (kind) => {
    const { connection, seen, list } = await connectTcp()
    expect(connection.strike(fault(kind))).toBe(true)
    expect(await connection.closed).toBe('dropped')
    await vi.waitFor(() => expect(seen).toEqual(['ECONNRESET', 'close']))
    const told = list.events.find(({ type }) => type === 'fault')
    expect(told).toMatchObject({ connection: 1, fault: kind, value: { rule: 3 } })
  })

  it('is reset at once, whatever was still to be sent', async () => {
    const { connection } = await connectTcp((socket) => socket.pause())
    connection.write(Buffer.alloc(16 * 2 ** 20))
    connection.strike(fault('reset'))
    expect(await connection.closed).toBe('dropped')
  })

  it('is cancelled when what it sends next has left, and not before', async () => {
    const { connection, seen, faults } = await connectTcp()
    expect(connection.strike(fault('cancel'))).toBe(true)
    await wait(20)
    expect([faults(), seen]).toEqual([[], []])
    connection.write(Buffer.from('request'))
    expect(await connection.closed).toBe('dropped')
    await vi.waitFor(() => expect(seen).toEqual(['request', 'end']))
    expect(faults()).toEqual(['cancel'])
  })

  it('is read on after a half-close, and ended in the end', async () => {
    const { connection, seen, list } = await connectTcp((socket) => socket.on('end', () => socket.write('late')))
    connection.strike(fault('half-close'))
    expect(connection.isWritable).toBe(false)
    await vi.waitFor(() => expect(list.received(1).toString()).toBe('late'))
    expect(seen).toEqual(['end'])
    expect(await connection.closed).toBe('dropped')
  })

  it('reads nothing for a while as a slow reader, and everything then', async () => {
    const { connection, list, faults } = await connectTcp()
    connection.listen({ bytes: () => {}, ended: () => {} })
    connection.strike(fault('slow-reader'))
    const struckAt = performance.now()
    server.sockets[0]?.write('news')
    await wait(60)
    expect(list.received(1).toString()).toBe('')
    await vi.waitFor(() => expect(list.received(1).toString()).toBe('news'))
    expect(performance.now() - struckAt).toBeGreaterThanOrEqual(100)
    expect(faults()).toEqual(['slow-reader'])
    expect(await connection.close(1000)).toBe('abandoned')
  })

  it('reads about as many bytes per second as a slow reader may', async () => {
    const { connection, list } = await connectTcp()
    connection.listen({ bytes: () => {}, ended: () => {} })
    connection.strike(fault('slow-reader', { lastsMs: 60_000, bytesPerSecond: 1_000_000 }))
    const struckAt = performance.now()
    server.sockets[0]?.write(Buffer.alloc(400_000))
    await vi.waitFor(() => expect(list.received(1).length).toBe(400_000), 5000)
    // A chunk of 64 KiB that is being read when the limit is met is read whole.
    expect(performance.now() - struckAt).toBeGreaterThan(300)
    connection.destroy('dropped')
  })

  it('neither sends nor reads when it drops silently, and is gone in the end', async () => {
    const { connection, seen, list } = await connectTcp()
    connection.strike(fault('silent-drop'))
    server.sockets[0]?.write('unheard')
    connection.write(Buffer.from('unsent'))
    await connection.flush()
    expect(connection.closeReason).toBeUndefined()
    expect(await connection.closed).toBe('dropped')
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0))
    expect(seen.join()).not.toContain('unsent')
    expect(list.received(1).length).toBe(0)
  })

  it('cannot be struck when it is gone', async () => {
    const { connection, faults } = await connectTcp()
    connection.destroy('dropped')
    expect(connection.strike(fault('reset'))).toBe(false)
    await connection.closed
    expect(faults()).toEqual([])
  })
})

describe('a struck HTTP connection', () => {
  const request = { method: 'GET', path: '/' } as const
  const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

  async function connectHttp(serve?: (socket: Socket) => void) {
    const made = await connect(serve)
    const connection = new HttpConnection({ ...made.options, requestLimitMs: 5000, maxBodyBytes: 1000 })
    await connection.connected
    return { ...made, connection }
  }

  it.each(['reset', 'cancel', 'silent-drop'] as const)('leaves a request unanswered after %s', async (kind) => {
    const { connection, seen } = await connectHttp()
    if (kind === 'cancel') connection.strike(fault(kind))
    const reply = connection.send(request)
    if (kind !== 'cancel') {
      await vi.waitFor(() => expect(seen.join()).toContain('GET'))
      connection.strike(fault(kind))
    }
    expect(await reply).toEqual({ failure: 'dropped' })
    expect(await connection.closed).toBe('dropped')
    await vi.waitFor(() => expect(seen.join()).toContain('GET / HTTP/1.1'))
    expect(connection.isOpen).toBe(false)
  })

  it('takes no further request after a half-close, but the answer to the last', async () => {
    const { connection, seen } = await connectHttp((socket) => socket.on('end', () => socket.end(answer)))
    const reply = connection.send(request)
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    connection.strike(fault('half-close', { lastsMs: 5000 }))
    expect(connection.isOpen).toBe(false)
    expect(await reply).toMatchObject({ status: 200 })
    expect(await connection.closed).toBe('dropped')
  })

  it('waits as a slow reader for its answer', async () => {
    const { connection, seen } = await connectHttp((socket) => socket.on('data', () => socket.write(answer)))
    connection.strike(fault('slow-reader'))
    const sentAt = performance.now()
    expect(await connection.send(request)).toMatchObject({ status: 200 })
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(90)
    expect(seen).toHaveLength(1)
    connection.destroy('dropped')
  })
})

it('a WebSocket is struck before it stands, too, and says so to whoever waits for it', async () => {
  const { options, seen } = await connect()
  const connection = new WsConnection({ ...options, path: '/', maxMessageBytes: 1000 })
  await vi.waitFor(() => expect(seen.join()).toContain('Upgrade'))
  expect(connection.strike(fault('reset'))).toBe(true)
  expect(await connection.connected).toBe('dropped')
  await vi.waitFor(() => expect(seen).toContain('ECONNRESET'))
})
