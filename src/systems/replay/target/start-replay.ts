import { randomUUID } from 'node:crypto'
import type { RunningTarget, TargetOptions } from '../../../core/system.ts'
import { plantDefects } from '../../../targets/defect.ts'
import { openServerLog } from '../../../targets/server-log.ts'
import { startHttpServer } from '../../../targets/start-http-server.ts'
import { startStatusServer } from '../../../targets/status-server.ts'
import { WebSockets } from '../../../targets/web-sockets.ts'
import type { DefectName } from './defect-name.ts'
import { keepExpired } from './defects/keep-expired.ts'
import { hasPlace, losePlace } from './defects/lose-place.ts'
import { SharedState } from './defects/shared-state.ts'
import { describeServer } from './describe-server.ts'
import { openMarkets } from './market/open-markets.ts'
import { Player } from './playback/player.ts'
import { markDropped, sendSnapshot } from './playback/send-snapshot.ts'
import type { ReplayServer } from './replay-server.ts'
import { answerRequest } from './requests/answer-request.ts'
import { createRoutes, createStreamRoutes } from './requests/create-routes.ts'
import { RequestLimiter } from './requests/request-limiter.ts'
import type { Session } from './sessions/session.ts'
import { SessionBook, type SessionEnd } from './sessions/session-book.ts'
import type { ReplaySettings } from './settings.ts'
import { acceptStream } from './streams/accept-stream.ts'

/** How long requests and sockets may still take to end when the server stops. */
const stopLimitMs = 2000

/** WebSocket close codes: the server goes away, and nothing is wrong. */
const goingAway = 1001
const normalClosure = 1000

/** Starts the complete reference server: sessions, playback, both dialects of paths, status port. */
export async function startReplay(options: TargetOptions<ReplaySettings>): Promise<RunningTarget> {
  const { host, settings } = options
  const server = await createServer(options)
  const { player, sessions, sockets, log } = server
  const [routes, streamRoutes] = [createRoutes(settings.basePath), createStreamRoutes(settings.basePath)]
  const limiter = new RequestLimiter(settings.requestsPerMinute)
  const http = await startHttpServer({
    ...settings,
    host,
    port: options.port,
    answer: (request) => answerRequest(server, routes, limiter, request),
    failed: (error) => log.error('request failed', { error: String((error as Error).stack ?? error) }),
    upgrade: (request) => acceptStream(server, streamRoutes, request),
  })
  const answers = { '/stats': () => describeServer(server) }
  const status = await startStatusServer({ host, port: options.statusPort, answers })
  const sweep = () => {
    sessions.sweep()
    limiter.sweep()
  }
  const sweeper = setInterval(sweep, settings.sweepEveryMs).unref()
  return {
    url: `http://${host}:${http.port}${settings.basePath}`,
    statusUrl: status.url,
    async stop() {
      clearInterval(sweeper)
      player.stop()
      const stopped = http.stop(stopLimitMs)
      for (const socket of sockets.open) socket.close(goingAway, 'the server stops')
      await stopped
      await status.stop()
    },
  }
}

async function createServer(options: TargetOptions<ReplaySettings>): Promise<ReplayServer> {
  const { settings } = options
  const log = await openServerLog(options.log)
  const markets = await openMarkets(settings)
  const server: ReplayServer = {
    settings,
    adminKey: settings.sessionKeys ? (settings.adminKey ?? randomUUID()) : undefined,
    markets,
    sessions: new SessionBook({ ...settings, ended: (session, end) => endSession(server, session, end) }),
    player: new Player(
      settings.periodMs,
      (session, seq) => sendSnapshot(server, session, seq),
      () => hasPlace(server),
    ),
    sockets: new WebSockets(settings, markDropped),
    log,
    defect: plantDefects<DefectName>(options),
    shared: new SharedState(),
    common: { mode: 'REPLAY', symbol: markets.symbols[0] as string },
    totals: { startedAtMs: Date.now(), snapshotsSent: 0, requests: 0, orders: 0 },
  }
  if (settings.sessionKeys && settings.adminKey === undefined) log.info('key made', { adminKey: server.adminKey })
  return server
}

/** A session that is gone sends nothing more, and lets go of its sockets. */
function endSession(server: ReplayServer, session: Session, end: SessionEnd): void {
  const { player, log } = server
  losePlace(server, session)
  player.halt(session)
  if (end === 'expired') keepExpired(server, session)
  else session.state = 'STOPPED'
  for (const socket of session.sockets) socket.close(normalClosure, `the session is ${end}`)
  log.info('session ended', { clientId: session.id, how: end, snapshots: session.snapshots })
}
