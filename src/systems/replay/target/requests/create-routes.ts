import { HttpRouter, type RoutedMethod } from '../../../../targets/http-router.ts'
import { controls, type Dialect, pathsOf } from '../../wire/paths.ts'
import { answerDashboard, answerHealth } from '../describe-server.ts'
import { answerCommonMode, answerMode } from './answer-mode.ts'
import { answerCreate, answerDelete, answerList, answerState, answerStatistics } from './answer-sessions.ts'
import type { AnswerRequest } from './answered.ts'
import { answerControl, answerGoBack, answerSpeed } from './control-session.ts'

export interface Route {
  readonly pattern: string
  readonly answer: AnswerRequest
}

const dialects: readonly Dialect[] = ['session-last', 'session-first']

/** A marker in an id, percent-encoded, fits in. */
const maxParamLength = 400

/** All requests of both dialects, and those about the session of whoever names none. */
export function createRoutes(basePath: string): HttpRouter<Route> {
  const router = new HttpRouter<Route>(maxParamLength)
  const add = (method: RoutedMethod, pattern: string, answer: AnswerRequest) => {
    router.add(method, pattern, { pattern, answer })
  }
  for (const dialect of dialects) {
    for (const session of [':session', undefined]) {
      const paths = pathsOf(dialect, basePath, session)
      for (const control of controls) add('POST', paths.control(control), answerControl(control))
      add('POST', paths.speed(':speed'), answerSpeed)
      add('POST', paths.goBack(':seconds'), answerGoBack)
      add('GET', paths.state, answerState)
      add('POST', paths.mode, paths.mode.includes(':session') ? answerMode : answerCommonMode)
      if (session === undefined) continue
      add('GET', paths.session, answerState)
      add('DELETE', paths.session, answerDelete)
    }
  }
  const { create, sessions, statistics } = pathsOf('session-last', basePath)
  add('POST', create, answerCreate)
  add('GET', sessions, answerList)
  add('GET', statistics, answerStatistics)
  add('GET', `${basePath}/health`, answerHealth)
  add('GET', `${basePath}/metrics/dashboard`, answerDashboard)
  return router
}

/** The paths of streams; what they lead to is whether they make the session that they name. */
export function createStreamRoutes(basePath: string): HttpRouter<{ readonly makesSessions: boolean }> {
  const router = new HttpRouter<{ readonly makesSessions: boolean }>(maxParamLength)
  for (const dialect of dialects) {
    for (const session of [':session', undefined]) {
      // The router knows no queries.
      const path = pathsOf(dialect, basePath, session).stream.split('?')[0] as string
      router.add('GET', path, { makesSessions: path.includes(':session') })
    }
  }
  return router
}
