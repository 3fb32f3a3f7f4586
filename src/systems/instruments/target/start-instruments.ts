import { timingSafeEqual } from 'node:crypto'
import { createServer, type Server as HttpServer, type ServerResponse } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { Server, type Socket } from 'socket.io'
import type { Json } from '../../../core/json.ts'
import type { RunningTarget, TargetOptions } from '../../../core/system.ts'
import { plantDefects } from '../../../targets/defect.ts'
import { openServerLog } from '../../../targets/server-log.ts'
import { splitTarget } from '../../../targets/split-target.ts'
import { listen } from '../../../targets/start-tcp-server.ts'
import { startStatusServer } from '../../../targets/status-server.ts'
import { readUserId } from '../wire/read-fields.ts'
import { createAnalysisPool } from './analysis/analysis-pool.ts'
import type { DefectName } from './defect-name.ts'
import { SharedState } from './defects/shared-state.ts'
import { describeServer } from './describe-server.ts'
import { type InstrumentsServer, schedule } from './instruments-server.ts'
import { serveAgent } from './serve-agent.ts'
import { serveViewer } from './serve-viewer.ts'
import type { InstrumentsSettings } from './settings.ts'
import { connectRedis, openStore } from './store/open-store.ts'
import { beatOf, leaseOf, sweepAgents } from './sweep-agents.ts'

/** Room for what stands around a file in its message, and for escapes. */
const messageOverhead = 1.5

/** How long a connection that is closed waits for its client to poll once more; the library's 30 s outlive the server. */
const pollCloseMs = 250

interface PollingTransport {
  closeTimeout: number
}

/** Starts the complete reference server. */
export async function startInstruments(options: TargetOptions<InstrumentsSettings>): Promise<RunningTarget> {
  const { host, settings } = options
  const sockets = new Set<NetSocket>()
  const http = createServer((request, response) => answerPlain(server, request.url, response))
  http.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  http.maxConnections = settings.maxClients * 3
  const adapter = settings.redis === undefined ? undefined : await openAdapter(settings.redis)
  const io = new Server(http, {
    pingInterval: settings.pingEveryMs,
    pingTimeout: settings.pingLimitMs,
    maxHttpBufferSize: settings.maxFileBytes * messageOverhead + 100_000,
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    ...(adapter && { adapter: adapter.create }),
  })
  io.engine.on('connection', ({ transport }: { transport: PollingTransport }) => {
    transport.closeTimeout = pollCloseMs
  })
  const server = await createInstrumentsServer(options, io)
  admit(server)
  const port = await listen(http, { host, port: options.port })
  const status = await startStatusServer({
    host,
    port: options.statusPort,
    answers: { '/health': () => health, '/ready': () => readiness(server), '/stats': () => describeServer(server) },
    orders: {
      '/restart': async () => {
        await breakDown(server, sockets)
        return { life: server.life }
      },
    },
  })
  const beat = setInterval(() => void sweepAgents(server), beatOf(settings.graceMs))
  const { restartAfterMs } = settings
  if (restartAfterMs !== undefined) {
    io.once('connection', () => schedule(server, restartAfterMs, () => void breakDown(server, sockets)))
  }
  return {
    url: `http://${host}:${port}`,
    statusUrl: status.url,
    async stop() {
      clearInterval(beat)
      await stopServer(server, http, sockets)
      await status.stop()
      await adapter?.close()
    },
  }
}

async function openAdapter(url: string) {
  const { createAdapter } = await import('@socket.io/redis-streams-adapter')
  const redis = await connectRedis(url)
  // A blocked read is what the server's end waits for.
  const create = createAdapter(redis, { blockTimeInMs: 200, heartbeatInterval: 1000 })
  return { create, close: async () => redis.disconnect() }
}

async function createInstrumentsServer(
  options: TargetOptions<InstrumentsSettings>,
  io: Server,
): Promise<InstrumentsServer> {
  const { settings } = options
  const name = settings.serverName ?? `${options.host}-${process.pid}-${Date.now().toString(36)}`
  return {
    settings,
    io,
    store: await openStore(settings.redis, {
      server: name,
      sessionExpiryMs: settings.sessionExpiryMs,
      leaseMs: leaseOf(settings.graceMs),
    }),
    pool: createAnalysisPool(settings.analysisThreads),
    log: await openServerLog(options.log),
    defect: plantDefects<DefectName>(options),
    shared: new SharedState(),
    agents: new Map(),
    viewers: new Map(),
    counts: { files: 0, refusedFiles: 0, refusedAgents: 0, exports: 0, breakdowns: 0 },
    life: 1,
    timers: new Set(),
  }
}

/** Who has the token is an agent and must say whose; everybody else is a viewer. */
function admit(server: InstrumentsServer): void {
  const { io, settings, defect, counts } = server
  io.use((socket, next) => {
    const isNameless =
      isAgent(socket, settings.agentToken) && readUserId(socket.handshake.query['user_id']) === undefined
    if (io.engine.clientsCount > settings.maxClients) next(new Error('The server is full.'))
    else if (isNameless && !defect.acts('nameless-agent-served')) {
      counts.refusedAgents++
      next(new Error('User ID is required'))
    } else next()
  })
  io.on('connection', (socket) => {
    const userId = readUserId(socket.handshake.query['user_id'])
    if (isAgent(socket, settings.agentToken)) serveAgent(server, socket, userId ?? `anonymous-${socket.id}`)
    else {
      serveViewer(server, socket, userId).catch((error: unknown) => {
        server.log.error('viewer failed', { error: String(error) })
        socket.disconnect(true)
      })
    }
  })
}

function isAgent({ handshake }: Socket, token: string): boolean {
  const shown = Buffer.from(handshake.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return shown.length === wanted.length && timingSafeEqual(shown, wanted)
}

const health = { status: 'ok' }

async function readiness({ store }: InstrumentsServer): Promise<Json> {
  await store.beat()
  return { status: 'ready' }
}

async function answerPlain(server: InstrumentsServer, url: string | undefined, response: ServerResponse) {
  const { path } = splitTarget(url)
  const send = (status: number, body: Json) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  }
  if (path === '/health') return send(200, health)
  if (path !== '/ready') return send(404, { error: 'not found' })
  try {
    send(200, await readiness(server))
  } catch (error) {
    send(503, { status: 'not ready', message: String(error) })
  }
}

/** What engine.io's server has beside its types. */
interface EngineClients {
  readonly clients: Readonly<Record<string, { close(discard: boolean): void }>>
}

/** As when the process dies and is started again: nobody is told anything, and all that remains is what the store has. */
async function breakDown(server: InstrumentsServer, sockets: Set<NetSocket>): Promise<void> {
  const { io, agents, viewers, timers, store, counts } = server
  server.life++
  counts.breakdowns++
  for (const timer of timers) clearTimeout(timer)
  timers.clear()
  agents.clear()
  viewers.clear()
  for (const socket of sockets) socket.destroy()
  // Those that poll have no socket that would tell.
  for (const client of Object.values((io.engine as unknown as EngineClients).clients)) client.close(true)
  await store.reboot()
  server.log.warn('broke down and came back')
}

async function stopServer(server: InstrumentsServer, http: HttpServer, sockets: Set<NetSocket>): Promise<void> {
  const { io, timers, agents, store, pool } = server
  server.life++
  // An agent that goes to another server of the cluster may go on there.
  const releases = [...agents.values()].map(({ userId, socket }) => store.release(userId, socket.id, Date.now()))
  for (const { reason } of (await Promise.allSettled(releases)) as { reason?: unknown }[]) {
    if (reason !== undefined) server.log.warn('an agent could not be released', { error: String(reason) })
  }
  for (const timer of timers) clearTimeout(timer)
  const closed = new Promise((resolve) => http.once('close', resolve))
  await io.close()
  for (const socket of sockets) socket.destroy()
  await closed
  await pool.close()
  await store.close().catch((error: unknown) => server.log.warn('the store was not closed', { error: String(error) }))
}
