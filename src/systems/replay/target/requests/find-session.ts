import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { HttpError } from '../../../../targets/http-error.ts'
import { adminKeyHeader, sessionKeyHeader } from '../../wire/paths.ts'
import { resurrect } from '../defects/keep-expired.ts'
import type { ReplayServer } from '../replay-server.ts'
import { Session, type SessionOrigin } from '../sessions/session.ts'
import { Track } from '../sessions/track.ts'
import { switchSession } from './switch-session.ts'

/** The id of the session of those who name none. */
const sharedId = 'shared'

const idPattern = /^[\x21-\x7e]{1,128}$/

/** The session of that id, for whoever has its key. */
export function requireSession(server: ReplayServer, headers: IncomingHttpHeaders, id: string): Session {
  const session = server.sessions.find(id) ?? resurrect(server, id)
  if (!session) throw new HttpError(server.settings.errorStatus, 'unknown-session', 'Session not found')
  if (session.key !== undefined && headers[sessionKeyHeader] !== session.key && !isOperator(server, headers)) {
    throw new HttpError(403, 'wrong-key', `expected the session's key in the header ${sessionKeyHeader}`)
  }
  return session
}

export function isOperator({ adminKey }: ReplayServer, headers: IncomingHttpHeaders): boolean {
  return adminKey !== undefined && headers[adminKeyHeader] === adminKey
}

/** Whom a request is about: the session that its path names, or the one of all who name none. */
export function findMeant(server: ReplayServer, headers: IncomingHttpHeaders, id: string | undefined): Session {
  return id === undefined ? findShared(server) : requireSession(server, headers, id)
}

/** The session of whoever comes with `/ws/S`; it is made where there is none. */
export function findOrMake(server: ReplayServer, headers: IncomingHttpHeaders, id: string): Session {
  const { sessions, settings } = server
  if (sessions.find(id)) return requireSession(server, headers, id)
  if (!idPattern.test(id)) throw new HttpError(400, 'bad-session', 'expected 1 to 128 printable characters')
  if (settings.sessionKeys) throw new HttpError(403, 'no-key', 'a session with a key is made by POST /sessions/create')
  if (sessions.isGone(id) && !settings.resurrects) return requireSession(server, headers, id)
  return makeSession(server, 'named', id)
}

export function createSession(server: ReplayServer): Session {
  return makeSession(server, 'created', randomUUID())
}

function findShared(server: ReplayServer): Session {
  return server.sessions.find(sharedId) ?? makeSession(server, 'shared', sharedId)
}

function makeSession(server: ReplayServer, origin: SessionOrigin, id: string): Session {
  const { markets, sessions, settings, common, defect, shared, log } = server
  const key = origin === 'created' && settings.sessionKeys ? randomUUID() : undefined
  const session = new Session(id, origin, key, new Track(markets.replay, markets.symbols[0] as string))
  if (origin !== 'created') switchSession(server, session, common)
  if (defect.acts('speed-inherited')) session.speed = shared.lastSpeed
  sessions.add(session)
  log.info('session made', { clientId: id, origin })
  return session
}
