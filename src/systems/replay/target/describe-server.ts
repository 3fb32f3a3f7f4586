import type { JsonObject } from '../../../core/json.ts'
import { spellTime } from '../wire/answers.ts'
import type { ReplayServer } from './replay-server.ts'
import { describeSessions } from './requests/answer-sessions.ts'
import type { AnswerRequest } from './requests/answered.ts'

export const answerHealth: AnswerRequest = ({ sessions, totals }) => ({
  body: { status: 'healthy', sessions: sessions.size, uptime_seconds: uptimeOf(totals.startedAtMs) },
})

/** For whoever draws a dashboard; it names no session. */
export const answerDashboard: AnswerRequest = (server) => ({
  body: {
    status: 'success',
    ...describeSessions(server),
    streaming_sessions: server.player.streaming.size,
    snapshots_sent: server.totals.snapshotsSent,
    snapshots_dropped: server.sockets.dropped,
    requests: server.totals.requests,
    uptime_seconds: uptimeOf(server.totals.startedAtMs),
  },
})

/** What `/stats` tells the operator: totals, and every session. */
export function describeServer({ sessions, player, sockets, totals }: ReplayServer): JsonObject {
  const modes = { LIVE: 0, REPLAY: 0, SIMULATION: 0 }
  const perSession: Record<string, JsonObject> = {}
  for (const session of sessions.all()) {
    const { id, origin, track, state, speed, snapshots, dropped, createdAtMs, lastActivityMs } = session
    modes[track.mode]++
    perSession[id] = {
      origin,
      state,
      speed,
      mode: track.mode,
      symbol: track.feed.symbol,
      cursor: spellTime(track.cursorMs),
      streaming: player.streaming.has(session),
      sockets: session.sockets.size,
      snapshots,
      dropped,
      createdAt: spellTime(createdAtMs),
      lastActivity: spellTime(lastActivityMs),
    }
  }
  return {
    sessions: sessions.size,
    // Those that are on their way to send the next snapshot, whatever state they say that they are in.
    playing: player.streaming.size,
    playingWithoutSockets: [...player.streaming].filter((session) => session.sockets.size === 0).length,
    sockets: sockets.open.size,
    snapshotsSent: totals.snapshotsSent,
    dropped: sockets.dropped,
    expired: sessions.expired,
    deleted: sessions.deleted,
    requests: totals.requests,
    orders: totals.orders,
    modes,
    perSession,
  }
}

const uptimeOf = (startedAtMs: number) => Math.round((Date.now() - startedAtMs) / 1000)
