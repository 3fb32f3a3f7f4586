import type { JsonObject } from '../../../../core/json.ts'
import { describeSession } from '../../wire/answers.ts'
import { cacheAnswer } from '../defects/cache-answer.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { AnswerRequest } from './answered.ts'
import { createSession, findMeant, isOperator, requireSession } from './find-session.ts'

export const answerCreate: AnswerRequest = (server) => {
  const session = createSession(server)
  const key = session.key === undefined ? {} : { session_key: session.key }
  return { session, body: { ...describeSession('created', session.describe()), ...key } }
}

export const answerState: AnswerRequest = (server, { request, params, pattern }) => {
  const session = findMeant(server, request.headers, params['session'])
  return { session, body: cacheAnswer(server, pattern, () => describeSession('success', session.describe())) }
}

export const answerDelete: AnswerRequest = (server, { request, params }) => {
  const session = requireSession(server, request.headers, params['session'] ?? '')
  server.sessions.end(session, 'deleted')
  return { session, body: describeSession('deleted', session.describe()) }
}

/** With session keys only the operator is told who there is. */
export const answerList: AnswerRequest = (server, { request }) => {
  const isOpen = server.adminKey === undefined || isOperator(server, request.headers)
  const sessions = isOpen || server.defect.acts('listing-leaks-ids') ? [...server.sessions.all()] : []
  return {
    body: {
      total: server.sessions.size,
      sessions: sessions.map((each) => describeSession('success', each.describe())),
    },
  }
}

export const answerStatistics: AnswerRequest = (server) => ({ body: describeSessions(server) })

export function describeSessions({ sessions, sockets }: ReplayServer): JsonObject {
  const [byMode, byState] = [
    { LIVE: 0, REPLAY: 0, SIMULATION: 0 },
    { STOPPED: 0, PLAYING: 0, PAUSED: 0 },
  ]
  let active = 0
  for (const { track, state, sockets: own } of sessions.all()) {
    byMode[track.mode]++
    byState[state]++
    if (own.size > 0) active++
  }
  return {
    total_sessions: sessions.size,
    active_sessions: active,
    mode_distribution: byMode,
    state_distribution: byState,
    total_connections: sockets.open.size,
    expired_sessions: sessions.expired,
    deleted_sessions: sessions.deleted,
  }
}
