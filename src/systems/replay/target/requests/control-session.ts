import type { JsonObject } from '../../../../core/json.ts'
import { HttpError } from '../../../../targets/http-error.ts'
import { describeSession } from '../../wire/answers.ts'
import type { Control } from '../../wire/paths.ts'
import { isTakenForRepeated } from '../defects/forget-control.ts'
import { mistakeSession } from '../defects/mistake-session.ts'
import { reachOf } from '../defects/reach-of.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'
import type { Answered, AnswerRequest, Asked } from './answered.ts'
import { findMeant } from './find-session.ts'

const slowest = 1
const fastest = 10

const statuses = { start: 'started', pause: 'paused', resume: 'resumed', stop: 'stopped' } as const

const acts: Readonly<Record<Control, (session: Session) => void>> = {
  start(session) {
    if (session.state === 'PLAYING') return
    if (session.track.isAtEnd) session.track.cursorMs = undefined
    session.state = 'PLAYING'
  },
  pause(session) {
    if (session.state === 'PLAYING') session.state = 'PAUSED'
  },
  resume(session) {
    if (session.state === 'PAUSED') session.state = 'PLAYING'
  },
  stop(session) {
    session.state = 'STOPPED'
    session.track.cursorMs = undefined
  },
}

export function answerControl(control: Control): AnswerRequest {
  return async (server, asked) => {
    const session = await findControlled(server, asked)
    if (isTakenForRepeated(server, asked)) return describe(session, statuses[control])
    const playsAlready = control === 'start' && server.player.streaming.has(session)
    if (playsAlready && session.track.mode !== 'LIVE' && server.defect.acts('double-start')) {
      server.player.addLoop(session)
    }
    return apply(server, session, statuses[control], acts[control])
  }
}

export const answerSpeed: AnswerRequest = async (server, asked) => {
  const speed = Number(asked.params['speed'])
  if (!(speed >= slowest && speed <= fastest)) {
    throw new HttpError(400, 'bad-speed', `expected a speed of ${slowest} to ${fastest}`)
  }
  const session = await findControlled(server, asked)
  refuseLive(session, 'a live feed has no speed')
  if (isTakenForRepeated(server, asked)) return describe(session, 'success')
  server.shared.lastSpeed = speed
  return apply(server, session, 'success', (each) => {
    each.speed = speed
  })
}

export const answerGoBack: AnswerRequest = async (server, asked) => {
  const seconds = Number(asked.params['seconds'])
  if (!(seconds >= 0 && Number.isFinite(seconds))) {
    throw new HttpError(400, 'bad-seconds', 'expected a number of seconds, 0 or more')
  }
  const session = await findControlled(server, asked)
  refuseLive(session, 'in a live feed there is no way back')
  if (isTakenForRepeated(server, asked)) return describe(session, 'success')
  return apply(server, session, 'success', ({ track }) => track.goBack(seconds * 1000))
}

function findControlled(server: ReplayServer, { request, params }: Asked): Promise<Session> {
  return mistakeSession(server, findMeant(server, request.headers, params['session']))
}

function refuseLive({ track }: Session, message: string): void {
  if (track.mode === 'LIVE') throw new HttpError(409, 'live', message)
}

function apply(server: ReplayServer, session: Session, status: string, act: (session: Session) => void): Answered {
  for (const reached of reachOf(server, session, 'global-controller')) {
    act(reached)
    server.player.follow(reached)
  }
  return describe(session, status)
}

const describe = (session: Session, status: string): Answered => {
  return { session, body: describeSession(status, session.describe()) satisfies JsonObject }
}
