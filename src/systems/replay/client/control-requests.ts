import type { JsonObject } from '../../../core/json.ts'
import type { HttpRequest } from '../../../transport/http-connection.ts'
import { parseSessionAnswer, parseSessionList, type SessionAnswer } from '../wire/answers.ts'
import { type Control, type ReplayPaths, sessionKeyHeader } from '../wire/paths.ts'
import type { ModeValue } from '../workload/event-values.ts'
import type { ControlRequest, Refusal } from './control-link.ts'
import type { ViewedSession } from './viewed-session.ts'

type SessionRequest = ControlRequest<SessionAnswer>

/** Of the others that a list names so many are kept. */
const maxOthers = 50

/** What a viewer asks of its server about one session; each is built when it is sent. */
export class ControlRequests {
  private readonly paths: ReplayPaths
  private readonly session: ViewedSession

  constructor(paths: ReplayPaths, session: ViewedSession) {
    this.paths = paths
    this.session = session
  }

  control(control: Control): SessionRequest {
    return this.about(control, null, this.post(this.paths.control(control)))
  }

  speed(speed: number): SessionRequest {
    return this.about('speed', { speed }, this.post(this.paths.speed(speed)))
  }

  goBack(seconds: number): SessionRequest {
    return this.about('go-back', { seconds }, this.post(this.paths.goBack(seconds)))
  }

  mode({ mode, symbol }: ModeValue): SessionRequest {
    const value = { mode, symbol }
    const headers = { ...this.headers(), 'content-type': 'application/json' }
    return this.about('mode', value, { ...this.post(this.paths.mode), headers, body: JSON.stringify(value) })
  }

  look(): SessionRequest {
    return this.about('look', null, this.get(this.paths.state))
  }

  list(): ControlRequest<readonly string[]> {
    const { id } = this.session
    return {
      name: 'list',
      value: null,
      request: this.get(this.paths.sessions),
      read: (text) => readRefusal(text) ?? parseSessionList(text),
      describe: (ids) => ({
        own: id !== undefined && ids.includes(id),
        others: ids.filter((named) => named !== id).slice(0, maxOthers),
      }),
    }
  }

  delete(): SessionRequest {
    const request = { method: 'DELETE', path: this.paths.session, headers: this.headers() } as const
    return this.about('delete', null, request)
  }

  lookGone(): SessionRequest {
    return { ...this.about('look-gone', null, this.get(this.paths.state)), isForbidden: true }
  }

  controlGone(): SessionRequest {
    return { ...this.about('control-gone', null, this.post(this.paths.control('start'))), isForbidden: true }
  }

  keyless(): SessionRequest {
    return { ...this.about('control-keyless', null, { method: 'GET', path: this.paths.state }), isForbidden: true }
  }

  private about(name: string, value: JsonObject | null, request: HttpRequest): SessionRequest {
    return { name, value, request, read: readSession, describe: (answer) => describeSession(answer, this.session) }
  }

  private get(path: string): HttpRequest {
    return { method: 'GET', path, headers: this.headers() }
  }

  private post(path: string): HttpRequest {
    return { method: 'POST', path, headers: this.headers() }
  }

  private headers(): Record<string, string> {
    const { key } = this.session
    return key === undefined ? {} : { [sessionKeyHeader]: key }
  }
}

/** A new session; an answer that names none is no answer. */
export function createSession(paths: ReplayPaths): SessionRequest {
  return {
    name: 'create',
    value: null,
    request: { method: 'POST', path: paths.create },
    read: (text) => {
      const seen = readSession(text)
      return seen && 'sessionId' in seen ? seen : refusalOf(seen)
    },
    describe: (answer) => {
      const { sessionId, ...session } = keepOf(answer)
      return { session: sessionId as string, ...session }
    },
  }
}

/** Some servers are content without a word. */
function readSession(text: string): SessionAnswer | Refusal | undefined {
  return text.trim() === '' ? {} : parseSessionAnswer(text)
}

function readRefusal(text: string): Refusal | undefined {
  return refusalOf(parseSessionAnswer(text))
}

function refusalOf(seen: SessionAnswer | Refusal | undefined): Refusal | undefined {
  return seen && 'refusal' in seen ? seen : undefined
}

function describeSession(answer: SessionAnswer, session: ViewedSession): JsonObject {
  const { sessionId, ...kept } = keepOf(answer)
  const { own, foreignSession } = session.tellName(sessionId)
  if (foreignSession !== undefined) return { foreignSession, ...kept }
  return own && sessionId !== undefined ? { session: sessionId, ...kept } : kept
}

/** The key is the viewer's secret, and the size of a buffer nobody asks for. */
function keepOf({ key: _, bufferSize: __, ...kept }: SessionAnswer): Omit<SessionAnswer, 'key' | 'bufferSize'> {
  return kept
}
