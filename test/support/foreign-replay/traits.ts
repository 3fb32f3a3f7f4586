/** How one server differs from the next. All of these are seen in servers that keep everybody's sessions apart. */
export interface Traits {
  readonly dialect: 'session-last' | 'session-first'
  /** Milliseconds between two snapshots at speed 1. */
  readonly period: number
  /** Length of the recorded data. */
  readonly rows: number
  /** Market time from one row to the next; `coarse`: several rows carry the same second. */
  readonly steps: 'even' | 'irregular' | 'coarse'
  /** Status with which an unknown session is answered. */
  readonly unknown: 404 | 200
  /** What a snapshot tells of itself besides its book. */
  readonly tells: readonly ('seq' | 'session_id' | 'symbol' | 'mode')[]
  readonly envelope: 'typed' | 'bare' | 'wrapped'
  readonly time: 'iso' | 'zoned' | 'seconds' | 'ms'
  /** `swapped`: the best ask is told for the best bid. */
  readonly numbers: 'none' | 'rounded' | 'own' | 'swapped'
  /** Fields and messages that nobody knows. */
  readonly chatty: boolean
  readonly cursor: 'sent' | 'next' | 'null' | 'absent'
  readonly answers: 'full' | 'few' | 'state' | 'status'
  readonly lowerCase: boolean
  readonly history: 'sent' | 'warm' | 'window' | 'empty' | 'none'
  readonly goBack: 'works' | 404 | 501
  /** What a switch of mode or symbol makes of state and cursor. */
  readonly onSwitch: { readonly state: 'keeps' | 'stops' | 'plays'; readonly cursor: 'keeps' | 'resets' }
  readonly stop: 'rewinds' | 'keeps'
  readonly start: 'goes-on' | 'restarts'
  readonly end: 'stops' | 'pauses' | 'wraps' | 'stays'
  readonly unwatched: 'waits' | 'plays'
  readonly autoplay: boolean
  readonly resurrects: boolean
  /** At most so many requests of one address in a time; `retryAfter` in seconds, where it says so. */
  readonly limit: { readonly requests: number; readonly inMs: number; readonly retryAfter?: number } | undefined
  readonly slowMs: number
  readonly body: 'plain' | 'chunked' | 'closing'
  /** Sockets are closed after so long. */
  readonly socketLifeMs: number | undefined
  readonly loop: 'steady' | 'drifting' | 'bursting' | 'jittery' | 'late'
  readonly leak: Leak | undefined
}

/** How servers mix their sessions up. */
export type Leak =
  | 'pause-all'
  | 'stop-all'
  | 'start-all'
  | 'speed-all'
  | 'go-back-all'
  | 'switch-all'
  | 'broadcast'
  | 'history-of-all'
  | 'second-socket-steals'
  | 'old-close-unregisters-new'
  | 'double-loop'
  | 'deleted-streams'
  | 'names-swapped'
  | 'misroutes-some'
  | 'reply-of-another'
  | 'one-last-book'
  | 'speed-inherited'
  | 'context-across-await'

export const usualTraits: Traits = {
  dialect: 'session-last',
  period: 25,
  rows: 5000,
  steps: 'even',
  unknown: 404,
  tells: ['session_id', 'symbol', 'seq'],
  envelope: 'typed',
  time: 'iso',
  numbers: 'own',
  chatty: false,
  cursor: 'sent',
  answers: 'full',
  lowerCase: false,
  history: 'sent',
  goBack: 'works',
  onSwitch: { state: 'keeps', cursor: 'keeps' },
  stop: 'rewinds',
  start: 'goes-on',
  end: 'stops',
  unwatched: 'waits',
  autoplay: false,
  resurrects: false,
  limit: undefined,
  slowMs: 0,
  body: 'plain',
  socketLifeMs: undefined,
  loop: 'steady',
  leak: undefined,
}
