import { once } from 'node:events'
import type { Socket } from 'node:net'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { createEventList } from '../../test/support/event-list.ts'
import { startTcpServer, type TestServer } from '../../test/support/tcp-server.ts'
import { closeFrameOf, frameOf, granting } from '../../test/support/ws-frames.ts'
import { WsConnection, type WsOptions } from './ws-connection.ts'

let server: TestServer

afterEach(() => server.stop())

function openTo(port: number, options: Partial<WsOptions> = {}) {
  const list = createEventList()
  const signal = new AbortController().signal
  const limits = { connectLimitMs: 2000, maxMessageBytes: 100_000 }
  const address = { host: '127.0.0.1', port, path: '/ws?session_id=s', role: 'stream' }
  const connection = new WsConnection({ ...address, ...limits, recorder: list.recorder, signal, ...options })
  const messages: string[] = []
  const stamps: number[] = []
  let ended = 0
  connection.listen({
    message: (bytes, isText, atMs) => {
      messages.push(isText ? bytes.toString() : `0x${bytes.toString('hex')}`)
      stamps.push(atMs)
    },
    ended: () => ended++,
  })
  const endings = () => list.events.flatMap((event) => (event.type === 'closed' ? [event.reason] : []))
  const strays = () => list.events.filter((event) => event.type === 'stray-bytes')
  return { list, connection, messages, stamps, endings, strays, ended: () => ended }
}

async function connectTo(serve: (socket: Socket) => void, options: Partial<WsOptions> = {}) {
  server = await startTcpServer(serve)
  return openTo(server.port, options)
}

const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 2000 })

describe('WsConnection', () => {
  it('asks for its path with its headers, and uncompressed', async () => {
    let asked = ''
    const serve = granting((socket, grant, request) => {
      asked = request
      socket.write(grant)
    })
    const { connection } = await connectTo(serve, { headers: { 'x-session-key': 'k' } })
    expect(await connection.connected).toBeUndefined()
    expect(connection.isOpen).toBe(true)
    expect(asked).toMatch(/^GET \/ws\?session_id=s HTTP\/1\.1\r\n/)
    expect(asked).toMatch(/x-session-key: k\r\n/)
    expect(asked).not.toMatch(/extensions/i)
  })

  it('sees each byte once, also of frames in the same chunk as the handshake', async () => {
    let sent = Buffer.alloc(0)
    const serve = granting((socket, grant) => {
      sent = Buffer.concat([Buffer.from(grant), frameOf('one'), frameOf('two')])
      socket.write(sent)
    })
    const { list, connection, messages, stamps, strays } = await connectTo(serve)
    await connection.connected
    await eventually(() => messages).toEqual(['one', 'two'])
    expect(list.received(1)).toEqual(sent)
    expect(new Set(stamps).size).toBe(1)
    expect(strays()).toEqual([])
  })

  it('sees each byte once however frames are fragmented and chunks are cut', async () => {
    const pieces = fc.array(fc.string({ minLength: 1, maxLength: 300 }), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(pieces, fc.array(fc.nat(1500), { maxLength: 6 }), async (parts, cuts) => {
        const frames = parts.map((part, i) => frameOf(part, { opcode: i === 0 ? 1 : 0, fin: i === parts.length - 1 }))
        let sent = Buffer.alloc(0)
        const serve = granting((socket, grant) => {
          sent = Buffer.concat([Buffer.from(grant), ...frames])
          void writeInChunks(socket, sent, cuts)
        })
        const { list, connection, messages } = await connectTo(serve)
        await connection.connected
        await eventually(() => messages).toEqual([parts.join('')])
        expect(list.received(1).equals(sent)).toBe(true)
        await server.stop()
      }),
      { numRuns: 15 },
    )
  })

  it('stamps a message with the arrival of its last chunk', async () => {
    const serve = granting((socket, grant) => {
      const frame = frameOf('slow')
      socket.write(Buffer.concat([Buffer.from(grant), frame.subarray(0, 3)]))
      setTimeout(() => socket.write(frame.subarray(3)), 40)
    })
    const { connection, stamps } = await connectTo(serve)
    await connection.connected
    const openMs = performance.now()
    await eventually(() => stamps.length).toBe(1)
    expect((stamps[0] as number) - openMs).toBeGreaterThan(25)
  })

  it('tells text from bytes, answers a ping, and takes for stray what comes without a listener', async () => {
    let back = Buffer.alloc(0)
    const serve = granting((socket, grant) => {
      socket.on('data', (bytes) => {
        back = Buffer.concat([back, bytes])
      })
      socket.write(grant)
      socket.write(Buffer.concat([frameOf('\u0001', { opcode: 2 }), frameOf('p', { opcode: 9 })]))
    })
    const { connection, messages, strays } = await connectTo(serve)
    await connection.connected
    await eventually(() => messages).toEqual(['0x01'])
    await eventually(() => (back[0] ?? 0) & 0xf).toBe(10)
    connection.listen(undefined)
    server.sockets[0]?.write(frameOf('late'))
    await eventually(strays).toMatchObject([{ bytes: 4, excerpt: Buffer.from('late').toString('hex') }])
  })

  it('says with what an upgrade was refused, and scans the whole error page', async () => {
    const page = 'HTTP/1.1 429 Slow down\r\nRetry-After: 2\r\nContent-Length: 6\r\n\r\nno way'
    const { list, connection, endings } = await connectTo(granting((socket) => socket.write(page)))
    expect(await connection.connected).toEqual({ status: 429, text: 'no way', retryAfterMs: 2000 })
    server.sockets[0]?.end()
    expect(await connection.closed).toBe('ended')
    expect(list.received(1).toString()).toBe(page)
    expect(endings()).toEqual(['ended'])
    expect(connection.isOpen).toBe(false)
  })

  it('knows a refusal also where the page breaks off', async () => {
    const page = 'HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf'
    const { connection } = await connectTo(granting((socket) => socket.end(page)))
    expect(await connection.connected).toEqual({ status: 500, text: 'half' })
    expect(await connection.closed).toBe('ended')
  })

  it.each([
    ['no HTTP at all\r\n\r\n', 'malformed', 'dropped'],
    [
      'HTTP/1.1 101 Ok\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      'malformed',
      'dropped',
    ],
    ['', 'ended', 'ended'],
  ])('is answered %j: %s', async (bytes, failure, reason) => {
    const { list, connection, endings } = await connectTo(granting((socket) => socket.end(bytes)))
    expect(await connection.connected).toBe(failure)
    expect(await connection.closed).toBe(reason)
    expect(endings()).toEqual([reason])
    expect(list.received(1).toString()).toBe(bytes)
  })

  it.each([
    ['a reserved bit', Buffer.from([0xf1, 0x01, 0x61])],
    ['bytes that are no text', frameOf(Buffer.from([0xc3, 0x28]))],
    ['a message that is too long', frameOf('x'.repeat(1001))],
  ])('takes %s for stray and leaves', async (_name, bytes) => {
    const serve = granting((socket, grant) => {
      socket.write(grant)
      socket.write(bytes)
    })
    const { connection, messages, strays } = await connectTo(serve, { maxMessageBytes: 1000 })
    expect(await connection.connected).toBeUndefined()
    expect(await connection.closed).toBe('dropped')
    expect(messages).toEqual([])
    expect(strays()).toHaveLength(1)
  })

  it('says that nobody listens', async () => {
    server = await startTcpServer(() => {})
    await server.stop()
    const { connection, endings } = openTo(server.port)
    expect(await connection.connected).toBe('refused')
    expect(await connection.close(1000)).toBe('refused')
    expect(endings()).toEqual(['refused'])
  })

  it('tells why the server closed, once all that it sent was handed over', async () => {
    const bytes = (grant: string) =>
      Buffer.concat([Buffer.from(grant), frameOf('last'), closeFrameOf(4004, 'session deleted')])
    const serve = granting((socket, grant) => {
      socket.write(bytes(grant))
      socket.on('end', () => socket.end()).on('data', () => {})
    })
    const { connection, messages, ended, endings } = await connectTo(serve)
    expect(await connection.closed).toBe('ended')
    expect(connection.closeText).toBe('session deleted')
    expect(messages).toEqual(['last'])
    expect([ended(), endings()]).toEqual([1, ['ended']])
  })

  it('scans what comes after the close frame', async () => {
    const serve = granting((socket, grant) => {
      socket.write(grant)
      socket.once('data', () => socket.end(Buffer.concat([closeFrameOf(1000), Buffer.from('more')])))
    })
    const { list, connection } = await connectTo(serve)
    await connection.connected
    expect(await connection.close(1000)).toBe('ended')
    expect(list.received(1).toString('latin1')).toMatch(/more$/)
  })

  it('tells a reset from an ordinary end, and that nothing can be sent then', async () => {
    const { connection, endings } = await connectTo(granting((socket, grant) => socket.write(grant)))
    await connection.connected
    expect(await connection.send('hello')).toBe(true)
    await once(server.sockets[0] as Socket, 'data')
    server.sockets[0]?.resetAndDestroy()
    expect(await connection.closed).toBe('reset')
    expect(await connection.send('more')).toBe(false)
    expect(endings()).toEqual(['reset'])
  })

  it('closes in the ordinary way with a real server, and after a limit with one that does not answer', async () => {
    const polite = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(polite, 'listening')
    const first = openTo((polite.address() as { port: number }).port)
    await first.connection.connected
    expect(await first.connection.close(1000)).toBe('ended')
    polite.close()
    const { connection, endings } = await connectTo(granting((socket, grant) => socket.resume().write(grant)))
    await connection.connected
    expect(await connection.close(30)).toBe('abandoned')
    expect(endings()).toEqual(['abandoned'])
  })

  it('breaks off abruptly', async () => {
    const { connection, ended } = await connectTo(granting((socket, grant) => socket.write(grant)))
    await connection.connected
    const gone = once(server.sockets[0] as Socket, 'end')
    server.sockets[0]?.resume()
    connection.destroy('dropped')
    expect(await connection.closed).toBe('dropped')
    await gone
    expect(ended()).toBe(1)
  })

  it('ends on abort: before, while it asks for the upgrade, and after', async () => {
    const early = await connectTo(() => {}, { signal: AbortSignal.abort() })
    expect(await early.connection.connected).toBe('aborted')
    await server.stop()
    const second = new AbortController()
    const asking = await connectTo(
      granting(() => second.abort()),
      { signal: second.signal },
    )
    expect(await asking.connection.connected).toBe('aborted')
    await server.stop()
    const third = new AbortController()
    const { connection, endings } = await connectTo(
      granting((socket, grant) => socket.write(grant)),
      {
        signal: third.signal,
      },
    )
    await connection.connected
    third.abort()
    expect(await connection.closed).toBe('aborted')
    expect(endings()).toEqual(['aborted'])
  })
})

/** Each chunk in a write of its own, so far apart that the kernel does not join them. */
async function writeInChunks(socket: Socket, bytes: Buffer, cuts: readonly number[]): Promise<void> {
  const places = [...new Set(cuts.filter((cut) => cut > 0 && cut < bytes.length))].sort((a, b) => a - b)
  for (const [i, from] of [0, ...places].entries()) {
    socket.write(bytes.subarray(from, places[i]))
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
