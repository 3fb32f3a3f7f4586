import type { Json } from '../../../core/json.ts'
import type { DerivedField } from '../wire/snapshot.ts'

/*
 * What the events of this system carry: written by the client, read by the invariants.
 *
 * Connections: role `control` (HTTP) and role `stream` (WebSocket). The epoch counts the sessions of a viewer: a return to
 * the same session keeps it.
 *
 * Operations, each with the value of its invocation → that of its completion:
 *
 *     connect        control  null                        → null
 *     create         control  null                        → SessionValue
 *     watch          stream   WatchValue                  → null   when the history has come; that is a delivery, if not empty
 *     start pause resume stop  control  null              → SessionValue
 *     speed          control  SpeedValue                  → SessionValue
 *     go-back        control  GoBackValue                 → SessionValue
 *     mode           control  ModeValue                   → SessionValue   a new mode, a new symbol, or both
 *     look           control  null                        → SessionValue   how the session stands
 *     list           control  null                        → ListValue
 *     delete         control  null                        → SessionValue
 *     look-gone      control  null                        → SessionValue   after delete or expiry: must be refused
 *     control-gone   control  null                        → SessionValue   a `start` then: must be refused
 *     control-keyless control null                        → SessionValue   a `look` without the key: must be refused
 *     order          stream   OrderValue                  → null   when it is written
 *     settle         stream   SettleValue                 → null   when this socket has all that was sent before a pause
 *
 * Operations that must be refused complete `ok` where they are refused, and where they are accepted as well: whether they
 * were stands in `refused`.
 *
 * Deliveries on a stream: `history` (HistoryValue), `snapshot` (SnapshotValue), `error` and `other` (NoticeValue).
 * Faults: `leave` {} (the viewer breaks off its sockets), `local-wait` {ms} (it backs off after a 429).
 */

/** Of any completion to which an answer came. */
export interface SessionValue {
  /** HTTP status. */
  readonly status: number
  /** What the server refused with, or the beginning of what is no answer of the protocol. */
  readonly refused?: string
  /** The session that the answer names, where it is the viewer's own; after `create` it is from now on. */
  readonly session?: string
  /** The session that it names, where that is another. */
  readonly foreignSession?: string
  readonly state?: string
  readonly speed?: number
  readonly cursorMs?: number
  readonly endMs?: number
  readonly mode?: string
  readonly symbol?: string
}

/** Sessions of the list that are not the viewer's. */
export interface ListValue {
  readonly status: number
  readonly refused?: string
  readonly own: boolean
  readonly others: readonly string[]
}

/** `session` is null with the session-less paths; `returns`: the viewer was connected to it before. */
export interface WatchValue {
  readonly session: string | null
  readonly returns: boolean
}

export interface SpeedValue {
  readonly speed: number
}

export interface GoBackValue {
  readonly seconds: number
}

export interface ModeValue {
  readonly mode: string
  readonly symbol: string
}

export interface OrderValue {
  readonly side: 'BUY' | 'SELL'
  readonly quantity: number
}

/** The cursor in the answer to the pause. */
export interface SettleValue {
  readonly cursorMs: number
}

/** One snapshot, without what can be told otherwise. */
export interface SnapshotValue {
  /** Market time. */
  readonly atMs: number
  readonly seq?: number
  /** 32 bits of both sides' levels. */
  readonly book: number
  readonly symbol?: string
  readonly mode?: string
  /** It names the viewer's own session. */
  readonly own?: true
  /** The session that it names, where that is another. */
  readonly foreignSession?: string
  /** Snapshots dropped on this socket so far; left out where it is 0. */
  readonly dropped?: number
  /** What quantities of orders leave in the volumes of the best levels: their parts behind the point, in 1/100 000. */
  readonly bidTrace?: number
  readonly askTrace?: number
  /** How many derived numbers were recomputed; left out where none were. */
  readonly compared?: number
  readonly differences?: readonly DifferenceValue[]
  /**
   * The derived numbers as they came, where the viewer keeps them, and where it has got all that its session has sent
   * before, each once and in order.
   */
  readonly numbers?: DerivedNumbers
}

export type DerivedNumbers = Readonly<Partial<Record<DerivedField, Json>>>

export interface DifferenceValue {
  readonly field: DerivedField
  readonly expected: Json
  readonly received: Json
}

/** Snapshots of a history, oldest first. */
export interface HistoryValue {
  readonly own?: true
  readonly foreignSession?: string
  readonly snapshots: readonly SnapshotValue[]
}

export interface NoticeValue {
  readonly name: string
  readonly own?: true
  readonly foreignSession?: string
}

/** The answer of a completion; undefined where none came. */
export function readAnswer<Answer extends { readonly status: number }>(value: Json): Answer | undefined {
  const isAnswer = typeof value === 'object' && value !== null && 'status' in value
  return isAnswer ? (value as unknown as Answer) : undefined
}
