import { defined, type Fields, numberOf, parseFields, readFields, stringOf } from './json-object.ts'
import { readMode, readTimestamp } from './snapshot.ts'

export const states = ['STOPPED', 'PLAYING', 'PAUSED'] as const

export type ReplayState = (typeof states)[number]

/** How a session stands, in the answer to a control, to a question for its state, and to its creation. */
export interface SessionAnswer {
  readonly sessionId?: string
  readonly state?: ReplayState
  readonly speed?: number
  /** Market time of the last snapshot that was sent; the next one is the first after it. */
  readonly cursorMs?: number
  readonly mode?: string
  readonly symbol?: string
  readonly bufferSize?: number
  /** Market time of the last snapshot that there is, where the data end and the server says so. */
  readonly endMs?: number
  /** What the session's controls need, with `--session-keys`; only in the answer to its creation. */
  readonly key?: string
}

/** Undefined: no answer of this protocol. A refusal may come with HTTP status 200. */
export type ParsedAnswer = SessionAnswer | { readonly refusal: string } | undefined

/** The answer to a control, to a question for a session's state, to its creation and to its deletion. */
export function parseSessionAnswer(text: string): ParsedAnswer {
  const fields = parseFields(text)
  if (!fields) return undefined
  const refusal = findRefusal(fields)
  if (refusal !== undefined) return { refusal }
  // Some servers wrap what they say of the session.
  const session = readFields(fields['session']) ?? readFields(fields['data']) ?? fields
  const state = stringOf(session['state'])?.toUpperCase()
  return defined({
    sessionId: stringOf(session['session_id']) ?? stringOf(fields['session_id']),
    state: states.find((known) => known === state),
    speed: numberOf(session['speed']),
    cursorMs: readTimestamp(session['cursor_ts']),
    mode: readMode(session['mode']),
    symbol: stringOf(session['symbol']),
    bufferSize: numberOf(session['buffer_size']),
    endMs: readTimestamp(session['end_ts']),
    key: stringOf(session['session_key']) ?? stringOf(fields['session_key']),
  })
}

/** The reason of a refusal that has a 2xx status: `{"status":"error","message":…}`, `{"error":…}`. */
function findRefusal({ status, error, message, detail }: Fields): string | undefined {
  if (status !== 'error' && (error === undefined || error === null || error === false)) return undefined
  return [message, detail, error].map(stringOf).find((text) => text !== undefined) ?? 'error'
}

/** Ids of a listing: an array, or an object with `sessions`, of ids or of objects that have one. Undefined: no listing. */
export function parseSessionList(text: string): readonly string[] | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const list = Array.isArray(value) ? value : readFields(value)?.['sessions']
  if (Array.isArray(list))
    return list.flatMap((item) => stringOf(item) ?? stringOf(readFields(item)?.['session_id']) ?? [])
  // Some servers list by id.
  const byId = readFields(list)
  return byId && Object.keys(byId)
}

/** What the reference server says of a session. */
export interface SessionFigures {
  readonly sessionId: string
  readonly state: ReplayState
  readonly speed: number
  readonly mode: string
  readonly symbol: string
  /** Undefined where nothing has been sent yet. */
  readonly cursorMs: number | undefined
  readonly endMs: number | undefined
  readonly bufferSize: number
  readonly createdAtMs: number
  readonly lastActivityMs: number
}

/** `status`: what came of the control, such as `started`. */
export function describeSession(status: string, session: SessionFigures) {
  const { sessionId, state, speed, mode, symbol, bufferSize } = session
  return {
    status,
    session_id: sessionId,
    state,
    speed,
    mode,
    symbol,
    cursor_ts: spellTime(session.cursorMs),
    end_ts: spellTime(session.endMs),
    buffer_size: bufferSize,
    created_at: spellTime(session.createdAtMs),
    last_activity: spellTime(session.lastActivityMs),
  }
}

/** ISO 8601, UTC, with milliseconds. */
export const spellTime = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
