import type { CloseReason } from './close-reason.ts'
import type { Json } from './json.ts'
import type { ClientIndex } from './plan.ts'

/**
 * `indeterminate`: it may have happened (time limit, lost connection). `limited`: the target denied it because of a
 * limit that all clients share, such as a number of slots; neither an error nor a violation.
 */
export type Outcome = 'ok' | 'failed' | 'limited' | 'indeterminate'

/** In every system's table: the run was stopped while the operation was under way, which says nothing of the target. */
export const abortedCode = 'aborted'

/** Owner of a marker as far as its bytes tell: a client of this run, another run, or nobody (the check sum is wrong). */
export type MarkOwner = ClientIndex | 'orphan' | 'corrupt'

export type MarkKind = 'payload' | 'identity'

/**
 * A marker that was seen in inbound bytes. `offset` counts from the first byte of the connection, or of what was decoded
 * where `form` says so. Of a fragment only the owner is known, and no check sum proves it: it is `isWeak`.
 */
export interface Mark {
  readonly kind: MarkKind
  readonly owner: MarkOwner
  readonly epoch: number
  readonly sequence: number
  readonly offset: number
  /** How it was written, for people; absent: as it was sent. */
  readonly form?: string
  readonly isWeak?: true
}

/** `atMs` is on the run's monotonic clock; for what came from a socket, the moment of its data event. */
interface Seen {
  readonly client: ClientIndex
  readonly atMs: number
}

/** Connections are numbered per client from 1; 0 means none. */
interface OnConnection extends Seen {
  readonly connection: number
}

export interface Arrived extends Seen {
  readonly type: 'arrived'
  readonly scheduledAtMs: number
}

/** `finished` is false where the client was stopped or failed before its last iteration. */
export interface Left extends Seen {
  readonly type: 'left'
  readonly finished: boolean
}

/** A planned client that never started, because of a limit or an early end of the run. */
export interface Dropped extends Seen {
  readonly type: 'dropped'
  readonly reason: string
}

export interface Opened extends OnConnection {
  readonly type: 'opened'
  readonly role: string
  readonly epoch: number
}

export interface Closed extends OnConnection {
  readonly type: 'closed'
  readonly reason: CloseReason
  readonly bytesIn: number
}

/** Operation ids are numbered per client from 1. */
export interface Invocation extends OnConnection {
  readonly type: 'invocation'
  readonly operation: string
  readonly operationId: number
  readonly scheduledAtMs: number
  readonly value: Json
}

export interface Completion extends OnConnection {
  readonly type: 'completion'
  readonly operation: string
  readonly operationId: number
  readonly outcome: Outcome
  /** From the system's closed table of codes; absent when the outcome is ok. */
  readonly errorCode?: string
  readonly value: Json
  /**
   * For so long the generator attended to nothing while the operation was under way, milliseconds; absent where it was
   * always at hand. No server is to be blamed for it.
   */
  readonly haltedMs?: number
}

/** Something the server sent by itself, or a part of a longer answer. */
export interface Delivery extends OnConnection {
  readonly type: 'delivery'
  readonly channel: string
  readonly value: Json
  readonly causeId?: number
  readonly expectedAtMs?: number
}

/**
 * What the ownership scan saw on one connection since its last such event: at once when a marker is not the
 * client's own, else in summary when the connection closes. `foreign` holds every marker that is not own.
 */
export interface Marks extends OnConnection {
  readonly type: 'marks'
  readonly bytes: number
  /** How many of them were searched for markers in other forms, too. */
  readonly deepBytes: number
  /** What bodies and messages were decoded to, or put together from, and then searched again. */
  readonly decodedBytes: number
  readonly own: number
  readonly foreign: readonly Mark[]
}

/** Something the run did on purpose to disturb: a disconnect, a slow reader, a malformed frame. */
export interface Fault extends OnConnection {
  readonly type: 'fault'
  readonly fault: string
  readonly value: Json
}

/** Bytes that nobody had asked for and no message of the protocol explains. */
export interface StrayBytes extends OnConnection {
  readonly type: 'stray-bytes'
  readonly bytes: number
  /** The first bytes, in hexadecimal. */
  readonly excerpt: string
}

export type RunEvent =
  | Arrived
  | Left
  | Dropped
  | Opened
  | Closed
  | Invocation
  | Completion
  | Delivery
  | Marks
  | Fault
  | StrayBytes

export interface Observer {
  observe(event: RunEvent): void
}
