/**
 * Two ways in which servers of this kind spell their paths. `session-last` is the documented one; with `session-first`
 * a session is made by the first socket that names it, and the mode is one for all.
 */
export type Dialect = 'session-last' | 'session-first'

export const controls = ['start', 'pause', 'resume', 'stop'] as const

/** A control without an argument; sent by POST. */
export type Control = (typeof controls)[number]

/** Where the requests about one session go, or about the shared one that clients without a session have. */
export interface ReplayPaths {
  /** WebSocket. */
  readonly stream: string
  /** GET: how the session stands. */
  readonly state: string
  /** POST, `{mode, symbol}`. In the dialect `session-first` it acts on all sessions. */
  readonly mode: string
  /** GET and DELETE. */
  readonly session: string
  /** GET: all sessions. */
  readonly sessions: string
  /** POST: a new session. Only in the dialect `session-last`. */
  readonly create: string
  /** GET: figures. */
  readonly statistics: string
  /** POST. */
  control(control: Control): string
  /** POST. `speed` goes into the path as it is: a number, or the placeholder of a router. */
  speed(speed: number | string): string
  /** POST; seconds of market time. */
  goBack(seconds: number | string): string
}

/**
 * `basePath` is the path of the target's URL, without a slash at its end. Without a `session` the paths are those that
 * act on the shared session. Names go into the paths as they are: percent-encode what needs it.
 */
export function pathsOf(dialect: Dialect, basePath: string, session?: string): ReplayPaths {
  const isLast = dialect === 'session-last'
  const shared = session === undefined
  const replay = (action: string) => {
    if (shared) return `${basePath}/replay/${action}`
    return isLast ? `${basePath}/replay/${action}/${session}` : `${basePath}/replay/${session}/${action}`
  }
  const ownSession = `${basePath}/sessions/${session ?? ''}`
  return {
    stream: streamPath(isLast, basePath, session),
    state: isLast && !shared ? ownSession : replay('state'),
    mode: isLast && !shared ? `${basePath}/mode/${session}` : `${basePath}/mode`,
    session: ownSession,
    sessions: `${basePath}/sessions`,
    create: `${basePath}/sessions/create`,
    statistics: `${basePath}/sessions/stats`,
    control: replay,
    speed: (speed) => replay(`speed/${speed}`),
    goBack: (seconds) => replay(`goback/${seconds}`),
  }
}

function streamPath(isLast: boolean, basePath: string, session: string | undefined): string {
  if (session === undefined) return `${basePath}/ws`
  return isLast ? `${basePath}/ws?${sessionIdKey}=${session}` : `${basePath}/ws/${session}`
}

/** The query parameter, and the field of messages, that names a session. */
export const sessionIdKey = 'session_id'

/** The header that carries a session's key, and the one that carries the operator's, with `--session-keys`. */
export const sessionKeyHeader = 'x-session-key'
export const adminKeyHeader = 'x-admin-key'
