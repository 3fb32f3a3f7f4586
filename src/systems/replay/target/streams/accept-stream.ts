import { HttpError } from '../../../../targets/http-error.ts'
import type { HttpRouter } from '../../../../targets/http-router.ts'
import { splitTarget } from '../../../../targets/split-target.ts'
import { refuseUpgrade, type UpgradeRequest } from '../../../../targets/take-upgrades.ts'
import type { ServerSocket } from '../../../../targets/web-sockets.ts'
import { sessionIdKey } from '../../wire/paths.ts'
import { encodeHistory } from '../../wire/stream-messages.ts'
import { losePlace } from '../defects/lose-place.ts'
import { recycleHandle, sendLate } from '../defects/recycle-handle.ts'
import { historyOf } from '../defects/share-history.ts'
import { listHistory } from '../playback/send-snapshot.ts'
import type { ReplayServer } from '../replay-server.ts'
import { describeRefusal } from '../requests/answer-request.ts'
import { findMeant, findOrMake } from '../requests/find-session.ts'
import type { Session } from '../sessions/session.ts'
import { takeMessage } from './take-message.ts'

type StreamRoutes = HttpRouter<{ readonly makesSessions: boolean }>

/** Joins a socket to the session that its path names, or says as HTTP why not. */
export function acceptStream(server: ReplayServer, routes: StreamRoutes, upgrade: UpgradeRequest): void {
  try {
    const session = findStreamed(server, routes, upgrade)
    server.sockets.accept(upgrade, (socket) => join(server, session, socket))
  } catch (error) {
    if (!(error instanceof HttpError)) throw error
    server.log.warn('stream refused', { path: upgrade.message.url, error: error.code, reason: error.message })
    refuseUpgrade(upgrade.socket, describeRefusal(error))
  }
}

function findStreamed(server: ReplayServer, routes: StreamRoutes, { message }: UpgradeRequest): Session {
  const { path, query } = splitTarget(message.url)
  const found = routes.find('GET', path)
  if (!found) throw new HttpError(404, 'unknown-path', 'no stream is served here')
  const named = found.params['session']
  const session =
    named === undefined
      ? findMeant(server, message.headers, query.get(sessionIdKey) ?? undefined)
      : findOrMake(server, message.headers, named)
  if (session.sockets.size >= server.settings.maxSocketsPerSession) {
    throw new HttpError(503, 'no-room', `the session has ${session.sockets.size} sockets, and no room for more`)
  }
  return session
}

function join(server: ReplayServer, session: Session, socket: ServerSocket): void {
  const { player, log } = server
  session.sockets.add(socket)
  socket.onMessage = (text) => takeMessage(server, session, socket, text)
  socket.onClose = () => leave(server, session, socket)
  const history = historyOf(server, () => listHistory(session))
  socket.send(encodeHistory(history, session.id))
  sendLate(server, socket)
  player.follow(session)
  log.info('stream opened', { clientId: session.id, sockets: session.sockets.size, history: history.length })
}

function leave(server: ReplayServer, session: Session, socket: ServerSocket): void {
  const { player, log, defect, shared } = server
  recycleHandle(server, session)
  session.leave(socket)
  session.lastActivityMs = Date.now()
  log.info('stream closed', { clientId: session.id, sockets: session.sockets.size, dropped: socket.dropped })
  if (session.sockets.size > 0) {
    if (defect.acts('old-close-unregisters-new')) for (const newer of session.sockets) shared.unregistered.add(newer)
  } else {
    losePlace(server, session)
    if (!defect.acts('orphan-stream')) player.follow(session)
  }
}
