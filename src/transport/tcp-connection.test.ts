import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createEventList } from '../../test/support/event-list.ts'
import { startTcpServer, type TestServer } from '../../test/support/tcp-server.ts'
import { TcpConnection } from './tcp-connection.ts'
import type { ConnectionOptions } from './watch-socket.ts'

let server: TestServer

afterEach(() => server.stop())

async function connectTo(serve: (socket: Socket) => void, options: Partial<ConnectionOptions> = {}) {
  server = await startTcpServer(serve)
  const list = createEventList()
  const signal = new AbortController().signal
  const fixed = { host: '127.0.0.1', port: server.port, role: 'upload', connectLimitMs: 2000 }
  const connection = new TcpConnection({ ...fixed, recorder: list.recorder, signal, ...options })
  return { list, connection }
}

const endings = (list: ReturnType<typeof createEventList>) =>
  list.events.flatMap((event) => (event.type === 'closed' ? [event.reason] : []))

describe('TcpConnection', () => {
  it('hands every chunk to the recorder before its listener sees it', async () => {
    const { list, connection } = await connectTo((socket) => socket.end('abc'))
    const seen: string[] = []
    connection.listen({
      bytes: (chunk) => seen.push(`${chunk} ${list.received(1)}`),
      ended: () => seen.push('ended'),
    })
    expect(await connection.connected).toBeUndefined()
    await once(server.sockets[0] as Socket, 'finish')
    expect(await connection.close(1000)).toBe('ended')
    expect(seen).toEqual(['abc abc', 'ended'])
    expect(endings(list)).toEqual(['ended'])
  })

  it('records what comes without a listener as stray, also while it closes', async () => {
    const { list, connection } = await connectTo((socket) => socket.on('end', () => socket.end('late')).resume())
    await connection.connected
    expect(await connection.close(1000)).toBe('ended')
    const stray = list.events.filter((event) => event.type === 'stray-bytes')
    expect(stray).toMatchObject([{ bytes: 4, excerpt: Buffer.from('late').toString('hex') }])
    expect(list.received(1).toString()).toBe('late')
  })

  it('says that nobody listens', async () => {
    server = await startTcpServer(() => {})
    await server.stop()
    const list = createEventList()
    const signal = new AbortController().signal
    const fixed = { host: '127.0.0.1', port: server.port, role: 'upload', connectLimitMs: 2000 }
    const connection = new TcpConnection({ ...fixed, recorder: list.recorder, signal })
    expect(await connection.connected).toBe('refused')
    expect(await connection.close(1000)).toBe('refused')
    expect(endings(list)).toEqual(['refused'])
  })

  it('tells a reset by the server from an ordinary end', async () => {
    const { list, connection } = await connectTo((socket) => socket.once('data', () => socket.resetAndDestroy()))
    await connection.connected
    connection.write(Buffer.from('x'))
    expect(await connection.closed).toBe('reset')
    expect(endings(list)).toEqual(['reset'])
    expect(connection.isWritable).toBe(false)
    expect(connection.write(Buffer.from('y'))).toBeUndefined()
  })

  it('keeps reading after it has ended its side', async () => {
    const { connection } = await connectTo((socket) => socket.on('end', () => socket.end('answer')).resume())
    await connection.connected
    const answer = new Promise<string>((resolve) => {
      connection.listen({ bytes: (chunk) => resolve(chunk.toString()), ended: () => {} })
    })
    connection.write(Buffer.from('upload'))
    connection.end()
    expect(await answer).toBe('answer')
    expect(await connection.closed).toBe('ended')
  })

  it('sees that the server has ended its side while this side can still write', async () => {
    const { connection } = await connectTo((socket) => socket.end())
    await new Promise<void>((resolve) => connection.listen({ bytes: () => {}, ended: resolve }))
    expect(connection.isReadable).toBe(false)
    expect(connection.isWritable).toBe(true)
    expect(await connection.close(1000)).toBe('ended')
  })

  it('resets a connection that the server does not end', async () => {
    const { list, connection } = await connectTo(() => {})
    await connection.connected
    expect(await connection.close(30)).toBe('abandoned')
    expect(endings(list)).toEqual(['abandoned'])
  })

  it('drops a connection within what it was sending', async () => {
    const { connection } = await connectTo((socket) => socket.resume())
    await connection.connected
    connection.write(Buffer.from('half a frame'))
    await connection.flush()
    const ended = once(server.sockets[0] as Socket, 'end')
    connection.destroy('dropped')
    expect(await connection.closed).toBe('dropped')
    await ended
    expect(server.sockets[0]?.bytesRead).toBe(12)
  })

  it('ends on abort, at any time', async () => {
    const early = AbortSignal.abort()
    expect(await (await connectTo(() => {}, { signal: early })).connection.connected).toBe('aborted')
    await server.stop()
    const controller = new AbortController()
    const { connection } = await connectTo(() => {}, { signal: controller.signal })
    await connection.connected
    controller.abort()
    expect(await connection.closed).toBe('aborted')
  })

  it('makes the writer wait while the server does not read, and loses nothing', async () => {
    const { connection } = await connectTo((socket) => socket.pause())
    await connection.connected
    const piece = Buffer.alloc(256 * 1024, 'x')
    let sent = 0
    let room: Promise<void> | undefined
    for (; !room || sent < 8 * 1024 * 1024; sent += piece.length) room = connection.write(piece)
    let received = 0
    const peer = server.sockets[0] as Socket
    peer.on('data', (chunk) => {
      received += chunk.length
    })
    peer.resume()
    await room
    connection.end()
    await once(peer, 'end')
    expect(received).toBe(sent)
  })

  it('has handed over all that was written when it is flushed, and says so of a lost connection, too', async () => {
    const { connection } = await connectTo((socket) => socket.resume())
    await connection.connected
    const ended = once(server.sockets[0] as Socket, 'end')
    connection.write(Buffer.alloc(300_000))
    await connection.flush()
    connection.destroy('dropped')
    await ended
    expect(server.sockets[0]?.bytesRead).toBe(300_000)
    await connection.flush()
  })

  it('gives a connection up whose server does not read', async () => {
    const { connection } = await connectTo((socket) => socket.pause())
    await connection.connected
    let room: Promise<void> | undefined
    while (!room) room = connection.write(Buffer.alloc(256 * 1024))
    expect(await connection.close(20)).toBe('abandoned')
    await room
  })

  it('lets a writer go that waits for room when the connection is lost', async () => {
    const { connection } = await connectTo((socket) => socket.pause())
    await connection.connected
    let room: Promise<void> | undefined
    while (!room) room = connection.write(Buffer.alloc(256 * 1024))
    ;(server.sockets[0] as Socket).resetAndDestroy()
    await room
    expect(await connection.closed).toBe('reset')
  })
})
