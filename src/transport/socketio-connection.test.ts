import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createEventList } from '../../test/support/event-list.ts'
import { type SocketIoServer, startSocketIoServer } from '../../test/support/socketio-server.ts'
import { startTcpServer } from '../../test/support/tcp-server.ts'
import { frameOf, granting } from '../../test/support/ws-frames.ts'
import { SocketIoConnection, type SocketIoOptions } from './socketio-connection.ts'

const transports = ['websocket', 'polling'] as const

let server: SocketIoServer | undefined
const abort = new AbortController()
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** Connects; what comes is in `events`, and what was recorded in `list`. */
function connect(url: string, more: Partial<SocketIoOptions> = {}) {
  const list = createEventList()
  const events: [string, unknown][] = []
  let wake = () => {}
  const listener = {
    event(name: string, value: unknown) {
      events.push([name, value])
      wake()
    },
    ended(isDismissed: boolean) {
      events.push(['ended', isDismissed])
      wake()
    },
  }
  const connection = new SocketIoConnection({
    url,
    query: { user_id: 'alice' },
    headers: { authorization: 'Bearer token' },
    transport: 'websocket',
    recorder: list.recorder,
    role: 'viewer',
    signal: abort.signal,
    connectLimitMs: 2000,
    listener,
    ...more,
  })
  const until = async (name: string) => {
    while (!events.some(([event]) => event === name)) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const closings = () => list.events.flatMap((event) => (event.type === 'closed' ? event.reason : []))
  return { connection, list, events, until, closings }
}

describe.each(transports)('a Socket.IO connection over %s', (transport) => {
  it('tells every event after all its bytes were recorded', async () => {
    server = await startSocketIoServer((socket) => {
      const { query, headers } = socket.handshake
      socket.emit('unasked', { marker: 'abc-123', user: query['user_id'], token: headers.authorization })
      socket.on('echo', (value) => socket.emit('answer', value))
    })
    const { connection, list, events, until, closings } = connect(server.url, { transport })
    expect(await connection.connected).toBeUndefined()
    await until('unasked')
    expect(events[0]).toEqual(['unasked', { marker: 'abc-123', user: 'alice', token: 'Bearer token' }])
    connection.send('echo', { n: 7 })
    await until('answer')
    const numbers = () => list.events.flatMap((event) => (event.type === 'opened' ? event.connection : []))
    const bytes = numbers().map((number) => list.received(number).toString())
    expect(bytes.join('')).toContain('abc-123')
    expect(bytes.join('')).toContain('"answer",{"n":7}')
    expect(await connection.close(2000)).toBe('ended')
    expect(closings()).toEqual(numbers().map(() => 'ended'))
    expect(events.at(-1)).toEqual(['ended', false])
  })

  it('tells the words with which it was refused', async () => {
    server = await startSocketIoServer(() => {})
    server.io.use((_socket, next) => next(new Error('User ID is required')))
    const { connection } = connect(server.url, { transport })
    expect(await connection.connected).toEqual({ refusal: 'User ID is required' })
    expect(await connection.close(2000)).toBe('ended')
  })

  it('tells when the server accepts first and disconnects then', async () => {
    server = await startSocketIoServer((socket) => socket.disconnect(true))
    const { connection, events, until } = connect(server.url, { transport })
    expect(await connection.connected).toBeUndefined()
    await until('ended')
    expect(events).toEqual([['ended', true]])
    expect(await connection.close(2000)).toBe('ended')
  })

  it('ends at once when it is dropped', async () => {
    let left: string | undefined
    server = await startSocketIoServer((socket) =>
      socket.once('disconnect', (reason) => {
        left = reason
      }),
    )
    const { connection, until } = connect(server.url, { transport })
    await connection.connected
    connection.destroy('dropped')
    await until('ended')
    expect(await connection.closed).toBe('dropped')
    await vi.waitFor(() => expect(left).toBeDefined())
  })

  it('falls silent, so that the server finds out by itself', async () => {
    let left: string | undefined
    server = await startSocketIoServer((socket) =>
      socket.once('disconnect', (reason) => {
        left = reason
      }),
    )
    const { connection } = connect(server.url, { transport })
    await connection.connected
    connection.freeze()
    await vi.waitFor(() => expect(left).toBe('ping timeout'))
    connection.destroy('dropped')
    expect(await connection.closed).toBe('dropped')
  })

  it('says why it never stood', async () => {
    const nobody = createServer().listen(0, '127.0.0.1')
    await once(nobody, 'listening')
    const { port } = nobody.address() as { port: number }
    nobody.close()
    await once(nobody, 'close')
    const refused = connect(`http://127.0.0.1:${port}`, { transport })
    expect(await refused.connection.connected).toEqual({ reason: 'refused' })
    expect(refused.closings()).toContain('refused')
    const mute = createServer(() => {}).listen(port, '127.0.0.1')
    await once(mute, 'listening')
    const waiting = connect(`http://127.0.0.1:${port}`, { transport, connectLimitMs: 30 })
    expect(await waiting.connection.connected).toEqual({ reason: 'connect-timeout' })
    mute.close()
  })

  it('gives up when the run is aborted', async () => {
    server = await startSocketIoServer(() => {})
    const running = new AbortController()
    const { connection } = connect(server.url, { transport, signal: running.signal })
    await connection.connected
    running.abort()
    expect(await connection.closed).toBe('aborted')
    const late = connect(server.url, { transport, signal: running.signal })
    expect(await late.connection.connected).toEqual({ reason: 'aborted' })
  })
})

describe('what nobody asked for on a Socket.IO connection', () => {
  const open = '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":100000}'
  const answer = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const strays = (list: ReturnType<typeof connect>['list']) => list.events.filter(({ type }) => type === 'stray-bytes')

  async function listen(serve: (socket: Socket, request: string) => void) {
    const tcp = await startTcpServer((socket) => void socket.on('data', (data) => serve(socket, data.toString())))
    return { url: `http://127.0.0.1:${tcp.port}`, stop: () => tcp.stop() }
  }

  it('is stray on a socket that idles between polls, ends it, and answers nothing', async () => {
    // The first poll is answered, and the socket idles while the client says hello on it; then another answer comes.
    let polls = 0
    const raw = await listen((socket, request) => {
      if (request.startsWith('POST')) {
        socket.write(answer('ok'))
        setTimeout(() => socket.write(answer('42["leak","another’s"]')), 30)
      } else if (++polls === 1) socket.write(answer(open))
    })
    const { connection, list, events } = connect(raw.url, { transport: 'polling', connectLimitMs: 1000 })
    await vi.waitFor(() => expect(strays(list)).toHaveLength(1))
    expect(events.filter(([name]) => name === 'leak')).toEqual([])
    connection.destroy('dropped')
    await connection.closed
    await raw.stop()
  })

  it('is stray where it answers what was never asked, or is of another namespace', async () => {
    const serve = granting((socket, grant) => {
      const packets = [open, '40{"sid":"b"}', '437["another’s answer"]', '42/other,["leak"]', '42["mine"]']
      socket.write(Buffer.concat([Buffer.from(grant), ...packets.map((packet) => frameOf(packet))]))
    })
    const tcp = await startTcpServer(serve)
    const { connection, list, events, until } = connect(`http://127.0.0.1:${tcp.port}`, { connectLimitMs: 1000 })
    await until('mine')
    expect(events.map(([name]) => name)).toEqual(['mine'])
    expect(strays(list)).toHaveLength(2)
    connection.destroy('dropped')
    await connection.closed
    await tcp.stop()
  })
})
