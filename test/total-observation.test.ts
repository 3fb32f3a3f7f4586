import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { HttpConnection } from '../src/transport/http-connection.ts'
import { SocketIoConnection, type SocketIoOptions } from '../src/transport/socketio-connection.ts'
import { TcpConnection } from '../src/transport/tcp-connection.ts'
import { WsConnection } from '../src/transport/ws-connection.ts'
import { type ObservedClient, observeClient, owner, planted, recipient } from './support/observe-client.ts'
import { startSocketIoServer } from './support/socketio-server.ts'
import { startTcpServer } from './support/tcp-server.ts'
import { closeFrameOf, frameOf, granting } from './support/ws-frames.ts'

/*
 * Every place where bytes can arrive: the server writes a marker of client 8 there, and `ownership` must say that client 7
 * got it.
 */

const stops: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const signal = new AbortController().signal
const marker = planted(1)
const common = { host: '127.0.0.1', role: 'watched', signal, connectLimitMs: 5000 } as const
const places = Array.from({ length: marker.length - 1 }, (_, i) => i + 1)

async function expectSeen(client: ObservedClient, sequences: readonly number[] = [1]): Promise<void> {
  await expect.poll(() => client.seen(), { timeout: 5000 }).toEqual(sequences)
  for (const violation of client.violations()) expect(violation).toMatchObject({ class: 'foreign', owner, recipient })
}

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = await startTcpServer(serve)
  stops.push(() => server.stop())
  return server.port
}

const whole = (body: string, head = '') => `HTTP/1.1 200 OK\r\n${head}Content-Length: ${body.length}\r\n\r\n${body}`
const chunked = (pieces: readonly string[], trailer = '') =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${pieces
    .map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`)
    .join('')}0\r\n${trailer}\r\n`
const encoded = (encoding: string, body: Buffer) =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ])
const unlabelled = (body: Buffer) =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`), body])
const json = (of = marker) => JSON.stringify({ rows: [{ id: of }, ...Array(30).fill({ n: 1 })] })

describe('over HTTP a foreign marker is seen', () => {
  const answers: readonly (readonly [string, string | Buffer])[] = [
    ['in a header', whole('{}', `X-Session: ${marker}\r\n`)],
    ['in the name of a header', whole('{}', `X-${marker}: 1\r\n`)],
    ['in the status line', `HTTP/1.1 404 No ${marker}\r\nContent-Length: 0\r\n\r\n`],
    ['in an error page', `HTTP/1.1 500 Oops\r\nContent-Length: 36\r\n\r\n${marker}`],
    ['in a trailer', chunked(['{}'], `X-Last: ${marker}\r\n`)],
    ['in a chunk extension', chunked(['{}']).replace('2\r\n', `2;id="${marker}"\r\n`)],
    ['in an interim answer', `HTTP/1.1 103 Early Hints\r\nLink: ${marker}\r\n\r\n${whole('{}')}`],
    ['in the reason of an interim answer', `HTTP/1.1 102 Wait ${marker}\r\n\r\n${whole('{}')}`],
    ['in a body compressed by gzip', encoded('gzip', gzipSync(json()))],
    ['in a body compressed by deflate', encoded('deflate', deflateSync(json()))],
    ['in a body compressed by deflate without its head', encoded('deflate', deflateRawSync(json()))],
    ['in a body compressed by brotli', encoded('br', brotliCompressSync(json()))],
    ['in a body compressed twice', encoded('deflate, gzip', gzipSync(deflateSync(json())))],
    ['in a body compressed by brotli of which no header tells', unlabelled(brotliCompressSync(json()))],
    ['in a body compressed by deflate of which no header tells', unlabelled(deflateSync(json()))],
    ['in a body with a wrong content-encoding', encoded('br', Buffer.from(json()))],
    ['in a body that breaks off', chunked([json()]).slice(0, -5)],
    ['in what is no HTTP', `${marker} is no HTTP\r\n\r\n`],
    ['after the answer in the same segment', `${whole('{}')}${whole(json())}`],
    ['after the end of the body, as garbage', `${whole('{}')}${marker}`],
  ]

  async function connect(serve: (socket: Socket) => void) {
    const client = observeClient()
    const limits = { requestLimitMs: 5000, maxBodyBytes: 100_000 }
    const port = await listen(serve)
    const connection = new HttpConnection({ ...common, ...limits, port, recorder: client.recorder })
    stops.push(() => connection.close(10))
    await connection.connected
    return { client, connection }
  }
  const get = { method: 'GET', path: '/' } as const
  const answer = (bytes: string | Buffer) => (socket: Socket) => void socket.once('data', () => socket.end(bytes))

  it.each(answers)('%s', async (_name, bytes) => {
    const { client, connection } = await connect(answer(bytes))
    await connection.send(get)
    await expectSeen(client)
  })

  it('in a body that is cut into chunks at any place of a marker', async () => {
    const pieces = places.flatMap((at) => [`"${planted(at).slice(0, at)}`, `${planted(at).slice(at)}",`])
    const { client, connection } = await connect(answer(chunked(pieces)))
    expect(await connection.send(get)).toMatchObject({ status: 200 })
    await expectSeen(client, places)
    expect(client.forms()).toContain('in a chunked body')
  })

  it.each([
    ['on a connection that idles', (socket: Socket) => void socket.write(whole(json()))],
    ['while it waits for the first request', (socket: Socket) => void socket.write(marker)],
    ['during the drain', (socket: Socket) => void socket.resume().once('end', () => socket.end(whole(json())))],
  ])('%s', async (name, serve) => {
    const { client, connection } = await connect(serve)
    if (name === 'during the drain') await connection.close(5000)
    await expectSeen(client)
    expect(client.strays()).toBe(1)
  })
})

describe('over a WebSocket a foreign marker is seen', () => {
  const compressed = (text: string) => {
    const payload = deflateRawSync(text)
    const frame = frameOf(payload)
    frame[0] = (frame[0] as number) | 0x40
    return frame
  }
  const fragments = (at: number) => [
    frameOf(`"${planted(at).slice(0, at)}`, { fin: false }),
    frameOf('still there', { opcode: 9 }),
    frameOf(`${planted(at).slice(at)}"`, { opcode: 0 }),
  ]
  const insisting = (grant: string) =>
    grant.replace('\r\n\r\n', '\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n')
  const page = (head: string, body: Buffer | string) =>
    Buffer.concat([Buffer.from(`HTTP/1.1 403 No\r\n${head}Content-Length: ${body.length}\r\n\r\n`), Buffer.from(body)])

  const cases: readonly (readonly [string, (grant: string) => (string | Buffer)[]])[] = [
    ['in the answer to the upgrade', (grant) => [grant.replace('\r\n\r\n', `\r\nX-Id: ${marker}\r\n\r\n`)]],
    ['in a message', (grant) => [grant, frameOf(marker)]],
    ['in a binary message', (grant) => [grant, frameOf(Buffer.from(marker), { opcode: 2 })]],
    [
      'in a binary message as bytes',
      (g) => [g, frameOf(Buffer.from(marker.replaceAll('-', ''), 'hex'), { opcode: 2 })],
    ],
    ['in a reason to close', (grant) => [grant, closeFrameOf(4000, marker)]],
    ['in a ping', (grant) => [grant, frameOf(marker, { opcode: 9 })]],
    ['in a pong that nobody asked for', (grant) => [grant, frameOf(marker, { opcode: 10 })]],
    ['in a frame of no known kind', (grant) => [grant, frameOf(marker, { opcode: 5 })]],
    ['after the close frame', (grant) => [grant, closeFrameOf(1000), frameOf(marker)]],
    ['in a compressed message nobody agreed to', (grant) => [grant, compressed(json())]],
    ['in a compressed message of a server that insists', (grant) => [insisting(grant), compressed(json())]],
    [
      'in a message that is never finished',
      (grant) => [grant, ...fragments(1).slice(0, 1), frameOf(planted(1).slice(1), { opcode: 0, fin: false })],
    ],
    ['in a page that refuses the upgrade', () => [page('', json())]],
    ['in a compressed page that refuses the upgrade', () => [page('Content-Encoding: gzip\r\n', gzipSync(json()))]],
    ['in the reason of a refusal', () => [`HTTP/1.1 403 ${marker}\r\nContent-Length: 0\r\n\r\n`]],
  ]

  async function connect(respond: (socket: Socket, grant: string) => void) {
    const client = observeClient()
    const port = await listen(granting(respond))
    const options = { ...common, port, path: '/', maxMessageBytes: 100_000, recorder: client.recorder }
    const connection = new WsConnection(options)
    stops.push(() => connection.close(10))
    return { client, connection }
  }

  it.each(cases)('%s', async (_name, write) => {
    const { client } = await connect((socket, grant) => {
      socket.end(Buffer.concat(write(grant).map((bytes) => Buffer.from(bytes))))
    })
    await expectSeen(client)
  })

  it('in a message that is fragmented at any place of a marker, with a ping in between', async () => {
    const { client, connection } = await connect((socket, grant) => {
      socket.write(Buffer.concat([Buffer.from(grant), ...places.flatMap(fragments)]))
    })
    await connection.connected
    await expectSeen(client, places)
    expect(client.forms()).toContain('in a fragmented message')
  })

  it('in a page of chunks that refuses the upgrade', async () => {
    const pieces = places.flatMap((at) => [planted(at).slice(0, at), `${planted(at).slice(at)},`])
    const { client } = await connect((socket) => socket.end(chunked(pieces).replace('200 OK', '403 No')))
    await expectSeen(client, places)
  })

  it('during the drain', async () => {
    const { client, connection } = await connect((socket, grant) => {
      socket.write(grant)
      socket.once('data', () => socket.end(Buffer.concat([frameOf(marker), closeFrameOf(1000)])))
    })
    await connection.connected
    await connection.close(5000)
    await expectSeen(client)
  })
})

describe('over Socket.IO a foreign marker is seen', () => {
  const transports = ['websocket', 'polling'] as const

  function connect(url: string, transport: SocketIoOptions['transport']) {
    const client = observeClient()
    const connection = new SocketIoConnection({
      url,
      query: {},
      headers: {},
      transport,
      recorder: client.recorder,
      role: 'watched',
      signal,
      connectLimitMs: 5000,
      listener: { event: () => {}, ended: () => {} },
    })
    stops.unshift(() => connection.close(1000))
    return { client, connection }
  }

  async function connectTo(transport: SocketIoOptions['transport'], ...accept: Parameters<typeof startSocketIoServer>) {
    const server = await startSocketIoServer(...accept)
    stops.push(() => server.stop())
    return { server, connect: () => connect(server.url, transport) }
  }

  describe.each(transports)('%s', (transport) => {
    it('in an event that nobody listens for', async () => {
      const { connect } = await connectTo(transport, (socket) => void socket.emit('unheard', { id: marker }))
      await expectSeen(connect().client)
    })

    it('in the binary attachment of an event', async () => {
      const bytes = Buffer.from(marker.replaceAll('-', ''), 'hex')
      const { connect } = await connectTo(transport, (socket) => void socket.emit('image', bytes))
      await expectSeen(connect().client)
    })

    it('in what a refused connection is told', async () => {
      const { server, connect } = await connectTo(transport, () => {})
      server.io.use((_socket, next) => next(Object.assign(new Error('no'), { data: { seen: marker } })))
      await expectSeen(connect().client)
    })

    it('in a header of the handshake', async () => {
      const { server, connect } = await connectTo(transport, () => {})
      server.io.engine.on('headers', (headers: Record<string, string>) => {
        headers['x-session'] = marker
      })
      await expectSeen(connect().client)
    })

    it('in the error page of a server that refuses the handshake', async () => {
      const http = createServer((_request, response) => response.writeHead(400).end(json()))
      http.on('upgrade', (_request, socket) => socket.end(`HTTP/1.1 400 Bad\r\nContent-Length: 36\r\n\r\n${marker}`))
      await expectSeen(connect(await address(http), transport).client)
    })
  })

  async function address(http: ReturnType<typeof createServer>): Promise<string> {
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    stops.push(() => new Promise((resolve) => http.close(resolve)))
    stops.push(() => http.closeAllConnections())
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  }

  const open = '0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}'

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('in a polled body compressed by %s', async (encoding, compress) => {
    const respond = (_request: unknown, response: ServerResponse) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(compress(`${open}\u001e4${json()}`))
    await expectSeen(connect(await address(createServer(respond)), 'polling').client)
  })

  it('in a polled body that is cut into chunks at any place of a marker', async () => {
    const pieces = places.flatMap((at) => [planted(at).slice(0, at), `${planted(at).slice(at)},`])
    const port = await listen(
      (socket) => void socket.once('data', () => socket.end(chunked([open, '\u001e4', ...pieces]))),
    )
    await expectSeen(connect(`http://127.0.0.1:${port}`, 'polling').client, places)
  })

  it('in a fragmented message', async () => {
    const serve = granting((socket, grant) => {
      const [one, , two] = [
        frameOf(planted(1).slice(0, 9), { fin: false }),
        0,
        frameOf(planted(1).slice(9), { opcode: 0 }),
      ]
      socket.write(Buffer.concat([Buffer.from(grant), frameOf(open), one, two]))
    })
    await expectSeen(connect(`http://127.0.0.1:${await listen(serve)}`, 'websocket').client)
  })

  it('in a compressed message of a server that insists', async () => {
    const serve = granting((socket, grant) => {
      const frame = frameOf(deflateRawSync(json()))
      frame[0] = 0xc1
      socket.write(Buffer.concat([Buffer.from(grant), frame]))
    })
    await expectSeen(connect(`http://127.0.0.1:${await listen(serve)}`, 'websocket').client)
  })
})

describe('over TCP a foreign marker is seen', () => {
  async function connect(serve: (socket: Socket) => void) {
    const client = observeClient()
    const connection = new TcpConnection({ ...common, port: await listen(serve), recorder: client.recorder })
    stops.push(() => connection.close(10))
    await connection.connected
    return { client, connection }
  }

  it('that nobody listens for', async () => {
    const { client } = await connect((socket) => void socket.write(marker))
    await expectSeen(client)
    expect(client.strays()).toBe(1)
  })

  it('that is split over segments', async () => {
    const { client } = await connect(async (socket) => {
      for (const character of marker) {
        socket.write(character)
        await new Promise(setImmediate)
      }
    })
    await expectSeen(client)
  })

  it('after the end of the protocol, during the drain', async () => {
    const { client, connection } = await connect((socket) => void socket.resume().once('end', () => socket.end(marker)))
    connection.listen({ bytes: () => {}, ended: () => {} })
    await connection.close(5000)
    await expectSeen(client)
  })
})
