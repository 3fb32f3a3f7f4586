import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { Server as SocketIoServer } from 'socket.io'
import type { SimulatedClient } from '../../src/core/client.ts'
import { createMint, deriveRunKey } from '../../src/core/marker.ts'
import type { ClientContext, RunningTarget, System } from '../../src/core/system.ts'
import { takeUpgrades } from '../../src/targets/take-upgrades.ts'
import { WebSockets } from '../../src/targets/web-sockets.ts'
import { HttpConnection } from '../../src/transport/http-connection.ts'
import { SocketIoConnection } from '../../src/transport/socketio-connection.ts'
import { TcpConnection } from '../../src/transport/tcp-connection.ts'
import { WsConnection } from '../../src/transport/ws-connection.ts'
import { createLineChecker } from './line-checker.ts'

/*
 * A system without any fault: over each of the four transports a server sends to each client what this client sent, and
 * nothing else. Whatever is found in its runs is the generator's doing.
 */

export const transports = ['tcp', 'http', 'ws', 'websocket', 'polling'] as const

export type InnocentTransport = (typeof transports)[number]

interface InnocentParams {
  readonly lines: number
}

const invariant = { name: 'own-line', kind: 'correctness', sentence: 'Each line comes back as it was sent.' } as const

export function createInnocentSystem(transport: InnocentTransport): System<InnocentParams, unknown> {
  return {
    name: 'innocent',
    summary: `lines that come back over ${transport}`,
    params: { parse: () => ({ value: { lines: 5 } }), jsonSchema: () => ({}) },
    settings: { parse: () => ({ value: {} }), jsonSchema: () => ({}) },
    urlProtocols: ['http:', 'tcp:'],
    invariants: [invariant],
    defects: [],
    trial: { createScenario: () => ({}), active: [], clean: {} },
    loadClients: async () => ({ createClient: (context) => new InnocentClient(transport, context) }),
    createCheckers: ({ arrival }) => [createLineChecker(invariant, 'line', arrival.client)],
    startTarget: () => startServer(transport),
    commands: [],
  }
}

/** One connection: what is asked, and what is heard until the connection is gone. */
interface Link {
  readonly number: number
  readonly connected: Promise<unknown>
  ask(line: string): void
  close(limitMs: number): Promise<unknown>
}

class InnocentClient implements SimulatedClient {
  private readonly transport: InnocentTransport
  private readonly context: ClientContext<InnocentParams>
  private readonly mint: (sequence: number) => string
  private link: Link | undefined
  private sequence = 0
  private heard: (line: string | undefined) => void = () => {}

  constructor(transport: InnocentTransport, context: ClientContext<InnocentParams>) {
    this.transport = transport
    this.context = context
    this.mint = createMint(deriveRunKey(context.runId), 'payload', context.arrival.client)
  }

  async open(signal: AbortSignal): Promise<boolean> {
    const { recorder } = this.context
    this.link = this.connect(signal)
    const operation = recorder.invoke(this.link.number, 'connect', null)
    const failure = await this.link.connected
    if (failure === undefined) recorder.complete(operation, 'ok', null)
    else recorder.complete(operation, 'failed', null, { errorCode: 'not-connected' })
    return failure === undefined
  }

  async iterate(): Promise<boolean> {
    const { recorder, params } = this.context
    const link = this.link as Link
    for (let i = 0; i < params.lines; i++) {
      const line = this.mint(this.sequence++)
      const operation = recorder.invoke(link.number, 'line', line)
      const answer = await new Promise<string | undefined>((resolve) => {
        this.heard = resolve
        link.ask(line)
      })
      if (answer === undefined) {
        recorder.complete(operation, 'indeterminate', null, { errorCode: 'no-answer' })
        return false
      }
      recorder.complete(operation, 'ok', answer)
    }
    return true
  }

  async close(): Promise<void> {
    await this.link?.close(1000)
  }

  private connect(signal: AbortSignal): Link {
    const { recorder, target } = this.context
    const { hostname: host, port } = new URL(target.url)
    const common = { host, port: Number(port), recorder, role: this.transport, signal, connectLimitMs: 5000 }
    const tell = (line: string | undefined) => this.heard(line)
    if (this.transport === 'tcp') return askOverTcp(new TcpConnection(common), tell)
    if (this.transport === 'http') {
      return askOverHttp(new HttpConnection({ ...common, requestLimitMs: 3000, maxBodyBytes: 10_000 }), tell)
    }
    if (this.transport === 'ws') {
      return askOverWs(new WsConnection({ ...common, path: '/ws', maxMessageBytes: 10_000 }), tell)
    }
    const connection = new SocketIoConnection({
      ...common,
      url: target.url,
      query: {},
      headers: {},
      transport: this.transport,
      listener: { event: (_name, value) => tell(String(value)), ended: () => tell(undefined) },
    })
    return {
      number: connection.number,
      connected: connection.connected,
      ask: (line) => (connection.isOpen ? connection.send('line', line) : tell(undefined)),
      close: (limitMs) => connection.close(limitMs),
    }
  }
}

type Tell = (line: string | undefined) => void

function askOverTcp(connection: TcpConnection, tell: Tell): Link {
  let pending = ''
  connection.listen({
    bytes(chunk) {
      pending += chunk.toString()
      const lines = pending.split('\n')
      pending = lines.pop() ?? ''
      for (const line of lines) tell(line)
    },
    ended: () => tell(undefined),
  })
  const ask = (line: string) => {
    if (!connection.isReadable || !connection.isWritable) tell(undefined)
    else void connection.write(Buffer.from(`${line}\n`))
  }
  return { number: connection.number, connected: connection.connected, ask, close: (ms) => connection.close(ms) }
}

function askOverHttp(connection: HttpConnection, tell: Tell): Link {
  const ask = (body: string) =>
    connection.ask({ method: 'POST', path: '/', body }, (reply) =>
      tell('failure' in reply ? undefined : reply.body.toString()),
    )
  return { number: connection.number, connected: connection.connected, ask, close: (ms) => connection.close(ms) }
}

function askOverWs(connection: WsConnection, tell: Tell): Link {
  connection.listen({ message: (bytes) => tell(bytes.toString()), ended: () => tell(undefined) })
  const ask = async (line: string) => {
    if (!(await connection.send(line))) tell(undefined)
  }
  return { number: connection.number, connected: connection.connected, ask, close: (ms) => connection.close(ms) }
}

async function startServer(transport: InnocentTransport): Promise<RunningTarget> {
  const server =
    transport === 'tcp' ? createTcpServer((socket) => void socket.pipe(socket)) : createWebServer(transport)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1', 4096)
  await once(server, 'listening')
  return {
    url: `${transport === 'tcp' ? 'tcp' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function createWebServer(transport: InnocentTransport): Server {
  const http = createHttpServer((request, response) => void request.pipe(response))
  if (transport === 'ws') {
    const webSockets = new WebSockets({ maxMessageBytes: 10_000, maxBufferedBytes: 10_000 }, (message) => message)
    takeUpgrades(http, (request) =>
      webSockets.accept(request, (socket) => {
        socket.onMessage = (text) => socket.send(text)
      }),
    )
  } else if (transport !== 'http') {
    const io = new SocketIoServer(http, { serveClient: false })
    io.on('connection', (socket) => socket.on('line', (line: unknown) => socket.emit('line', line)))
  }
  return http
}
