import type { HttpReply } from '../../../../targets/http-error.ts'
import type { ServerSocket } from '../../../../targets/web-sockets.ts'
import type { SnapshotJson } from '../../wire/snapshot.ts'
import { AlertMemory } from '../analytics/alert-memory.ts'
import { SessionAnalytics } from '../analytics/session-analytics.ts'
import type { Market } from '../market/feed.ts'
import type { Session } from '../sessions/session.ts'
import { RestingOrders } from '../sessions/track.ts'

/** What viewers have in common through planted defects alone: without one, nobody reads it. */
export class SharedState {
  readonly analytics = new SessionAnalytics()
  readonly alerts = new AlertMemory()
  /** The last snapshots that anybody was sent. */
  readonly history: SnapshotJson[] = []
  readonly orders = new RestingOrders()
  market: Market | undefined
  lastSpeed = 1
  currentSession: Session | undefined
  /** By the pattern of their path: answers and until when they are good. */
  readonly cachedAnswers = new Map<string, { readonly body: object; readonly untilMs: number }>()
  /** By the pattern of their path: the reply that the client of a cancelled request has not waited for. */
  readonly owedReplies = new Map<string, HttpReply>()
  /** By path without its session: until when a control counts as done already. */
  readonly doneControls = new Map<string, number>()
  readonly expired = new Map<string, Session>()
  /** Sockets that are open and yet no longer known to their sessions. */
  readonly unregistered = new WeakSet<ServerSocket>()
  /** A snapshot that was for a socket which is closed. */
  lateSnapshot: string | undefined
  lostPlaces = 0
  snapshots = 0
}
