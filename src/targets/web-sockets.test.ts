import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type HttpServer, startHttpServer } from './start-http-server.ts'
import { type ServerSocket, WebSockets } from './web-sockets.ts'

let server: HttpServer
let sockets: WebSockets
let opened: ServerSocket[]
const clients: { destroy(): void }[] = []

/** A message of half a megabyte that tells its number, so that few of them fill all buffers on the way. */
const messageOf = (number: number) => Buffer.from(JSON.stringify({ padding: 'x'.repeat(500_000), number }))
const maxBufferedBytes = 1_600_000

const join = async (): Promise<{ webSocket: WebSocket; socket: ServerSocket; received: string[] }> => {
  const webSocket = new WebSocket(`ws://127.0.0.1:${server.port}/`)
  clients.push({ destroy: () => webSocket.terminate() })
  const received: string[] = []
  webSocket.on('message', (data) => received.push(String(data)))
  await once(webSocket, 'open')
  return { webSocket, socket: opened.at(-1) as ServerSocket, received }
}

/** A client that reads nothing until it is told to. */
async function joinPaused(): Promise<{ raw: Socket; socket: ServerSocket }> {
  const before = opened.length
  const raw = connect(server.port, '127.0.0.1')
  clients.push(raw)
  raw.pause()
  const head = ['GET / HTTP/1.1', 'host: x', 'upgrade: websocket', 'connection: Upgrade', 'sec-websocket-version: 13']
  raw.write(`${head.join('\r\n')}\r\nsec-websocket-key: ${'A'.repeat(22)}==\r\n\r\n`)
  await vi.waitFor(() => expect(opened).toHaveLength(before + 1))
  return { raw, socket: opened[before] as ServerSocket }
}

/** All that comes from now on. */
function read(raw: Socket): { text: string } {
  const seen = { text: '' }
  raw.setEncoding('latin1').on('data', (chunk: string) => {
    seen.text += chunk
  })
  raw.resume()
  return seen
}

beforeEach(async () => {
  opened = []
  sockets = new WebSockets({ maxMessageBytes: 100, maxBufferedBytes }, (message, dropped) =>
    Buffer.concat([message.subarray(0, -1), Buffer.from(`,"dropped":${dropped}}`)]),
  )
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 10,
    maxConnections: 10,
    requestLimitMs: 5000,
    idleLimitMs: 5000,
    answer: async () => ({ status: 404, body: null }),
    failed: () => {},
    upgrade: (request) => sockets.accept(request, (socket) => opened.push(socket)),
  })
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy()
  await server.stop(100)
})

describe('a WebSocket of a server', () => {
  it('carries texts both ways', async () => {
    const { webSocket, socket, received } = await join()
    const heard: string[] = []
    socket.onMessage = (text) => heard.push(text)
    webSocket.send(Buffer.from('binary is for nobody'))
    webSocket.send('up')
    await vi.waitFor(() => expect(heard).toEqual(['up']))
    socket.send('one')
    socket.reply('two')
    socket.stream(Buffer.from('three'))
    await vi.waitFor(() => expect(received).toEqual(['one', 'two', 'three']))
  })

  it('drops the oldest of a stream where its reader is slow, and says so with the next', async () => {
    const { raw, socket } = await joinPaused()
    let sent = 0
    while (socket.dropped < 5) {
      socket.stream(messageOf(sent++))
      // What the system takes, it takes between two turns.
      await new Promise(setImmediate)
    }
    expect(sockets.dropped).toBe(5)
    const seen = read(raw)
    await vi.waitFor(() => expect(seen.text).toContain(`"number":${sent - 1},"dropped":5}`), { timeout: 20_000 })
    const got = [...seen.text.matchAll(/"number":(\d+)(?:,"dropped":(\d+))?}/g)].map(([, number, dropped]) => ({
      number: Number(number),
      dropped: Number(dropped ?? 0),
    }))
    // All that did not have to wait, then a gap of five, then what was waiting.
    for (const [index, { number, dropped }] of got.entries()) expect(number).toBe(index + dropped)
    expect(got.filter(({ dropped }) => dropped > 0).map(({ dropped }) => dropped)).toEqual([5, 5, 5])
    socket.stream(messageOf(sent))
    await vi.waitFor(() => expect(seen.text).toContain(`"number":${sent},"dropped":5}`))
  })

  it('gives no further answers to whoever does not read them', async () => {
    const { raw, socket } = await joinPaused()
    const answer = 'x'.repeat(1_000_000)
    for (let i = 0; i < 100; i++) {
      socket.reply(answer)
      await new Promise(setImmediate)
    }
    socket.stream(messageOf(0))
    const seen = read(raw)
    await vi.waitFor(() => expect(seen.text).toContain('"number":0}'), { timeout: 20_000 })
    expect(seen.text.length).toBeLessThan(50_000_000)
  })

  it('counts what was dropped on sockets that are closed, and streams nothing to them', async () => {
    const { raw, socket } = await joinPaused()
    const closed = new Promise<void>((resolve) => {
      socket.onClose = resolve
    })
    while (socket.dropped < 2) {
      socket.stream(messageOf(0))
      await new Promise(setImmediate)
    }
    raw.destroy()
    await closed
    expect([sockets.open.size, sockets.dropped]).toEqual([0, 2])
    for (let i = 0; i < 10; i++) socket.stream(messageOf(0))
    expect(socket.dropped).toBe(2)
  })

  it('closes with a code and a reason, and on what is too long', async () => {
    const [one, two] = [await join(), await join()]
    one.socket.close(1001, 'away')
    const [code, reason] = await once(one.webSocket, 'close')
    expect([code, String(reason)]).toEqual([1001, 'away'])
    two.webSocket.send('x'.repeat(101))
    expect((await once(two.webSocket, 'close'))[0]).toBe(1009)
  })
})
