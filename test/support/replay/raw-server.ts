import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export interface RawAnswer {
  readonly status?: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

export interface RawSession {
  readonly id: string
  state: string
  seq: number
  readonly streams: Set<WebSocket>
}

export interface RawOptions {
  /** Takes the place of the usual answer; undefined: the usual one after all. */
  readonly answer?: (
    request: string,
    session: RawSession | undefined,
    headers: IncomingMessage['headers'],
  ) => RawAnswer | undefined
  /** Takes the place of the usual granting of an upgrade: true. */
  readonly upgrade?: (socket: Duplex, path: string) => boolean
  /** Takes the place of the history. */
  readonly greet?: (stream: WebSocket, session: RawSession) => void
  /** What is sent of a snapshot. */
  readonly spell?: (snapshot: object, session: RawSession) => string
  readonly periodMs?: number
}

export interface RawServer {
  readonly url: string
  readonly sessions: Map<string, RawSession>
  /** `POST /replay/start/s1`, in order. */
  readonly requests: string[]
  readonly sockets: Set<Socket>
  readonly upgrades: string[]
  readonly orders: string[]
  stop(): Promise<void>
}

export const snapshotAt = (seq: number) => ({
  timestamp: new Date(Date.UTC(2024, 0, 2) + seq * 250).toISOString(),
  bids: [[100 + seq / 100, 5]],
  asks: [[101 + seq / 100, 6]],
})

/** A server of this protocol that is just good enough for a viewer, in both dialects, with a hook for each test. */
export async function startRawServer(options: RawOptions = {}): Promise<RawServer> {
  const sessions = new Map<string, RawSession>()
  const [requests, upgrades, orders]: [string[], string[], string[]] = [[], [], []]
  const sockets = new Set<Socket>()
  const spell = options.spell ?? ((snapshot) => JSON.stringify({ type: 'snapshot', ...snapshot }))
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`
    requests.push(line)
    const session = [...sessions.values()].find(({ id }) => line.includes(id))
    const answer = options.answer?.(line, session, request.headers) ?? answerUsually(line, session, sessions)
    response.writeHead(answer.status ?? 200, answer.headers)
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}))
  })
  const streams = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  server.on('connection', (socket) => sockets.add(socket))
  server.on('upgrade', (request, socket, head) => {
    const path = request.url ?? ''
    upgrades.push(path)
    socket.on('error', () => {}).on('end', () => socket.destroy())
    if (options.upgrade?.(socket, path)) return
    const id = path.replace(/^\/ws(\?session_id=|\/)?/, '') || 'shared'
    const session = sessions.get(id) ?? addSession(sessions, id)
    streams.handleUpgrade(request, socket, head, (stream) => {
      session.streams.add(stream)
      stream.on('close', () => session.streams.delete(stream)).on('error', () => {})
      stream.on('message', (bytes) => orders.push(String(bytes)))
      if (options.greet) options.greet(stream, session)
      else stream.send(JSON.stringify({ type: 'history', data: listPast(session), session_id: session.id }))
    })
  })
  const timer = setInterval(() => {
    for (const session of sessions.values()) {
      if (session.state !== 'PLAYING' || session.streams.size === 0) continue
      const text = spell({ ...snapshotAt(++session.seq), seq: session.seq, session_id: session.id }, session)
      for (const stream of session.streams) stream.send(text)
    }
  }, options.periodMs ?? 5)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ sessions, requests, sockets, upgrades, orders },
    async stop() {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

function addSession(sessions: Map<string, RawSession>, id: string): RawSession {
  const session = { id, state: 'STOPPED', seq: 0, streams: new Set<WebSocket>() }
  sessions.set(id, session)
  return session
}

const listPast = ({ seq, id }: RawSession) =>
  Array.from({ length: Math.min(seq, 100) }, (_, i) => {
    const at = seq - Math.min(seq, 100) + 1 + i
    return { ...snapshotAt(at), seq: at, session_id: id }
  })

const describe = (status: string, { id, state, seq }: RawSession) => ({
  status,
  session_id: id,
  state,
  cursor_ts: seq === 0 ? null : snapshotAt(seq).timestamp,
})

const statesAfter: Readonly<Record<string, string>> = {
  start: 'PLAYING',
  resume: 'PLAYING',
  pause: 'PAUSED',
  stop: 'STOPPED',
}

function answerUsually(line: string, session: RawSession | undefined, sessions: Map<string, RawSession>): RawAnswer {
  if (line === 'POST /sessions/create') {
    const id = `s${sessions.size + 1}`
    return { body: describe('created', addSession(sessions, id)) }
  }
  if (line === 'GET /sessions') return { body: { sessions: [...sessions.keys()] } }
  if (!session) return { body: { status: 'error', message: 'Session not found' } }
  if (line.startsWith('DELETE')) {
    sessions.delete(session.id)
    for (const stream of session.streams) stream.close(4004, 'session deleted')
    return { body: { status: 'deleted', session_id: session.id } }
  }
  const action = /\b(start|pause|resume|stop)\b/.exec(line)?.[1]
  if (action) session.state = statesAfter[action] as string
  if (action === 'stop') session.seq = 0
  return { body: describe('success', session) }
}
