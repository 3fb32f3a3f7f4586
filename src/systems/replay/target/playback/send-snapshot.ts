import { spellTime } from '../../wire/answers.ts'
import type { SnapshotJson } from '../../wire/snapshot.ts'
import { encodeSnapshot } from '../../wire/stream-messages.ts'
import { namesOfAlerts } from '../analytics/alert-memory.ts'
import { type BookNumbers, computeBookNumbers } from '../analytics/book-numbers.ts'
import type { FlowNumbers } from '../analytics/session-analytics.ts'
import { recipientsOf } from '../defects/recipients-of.ts'
import { alertsOf, analyticsOf } from '../defects/share-analytics.ts'
import { shareHistory } from '../defects/share-history.ts'
import type { Book, Feed } from '../market/feed.ts'
import type { ReplayServer } from '../replay-server.ts'
import type { Session } from '../sessions/session.ts'
import { restOrders } from '../sessions/track.ts'

/** Sends a snapshot of what a session watches to the session's sockets, encoded once for all of them. */
export function sendSnapshot(server: ReplayServer, session: Session, seq: number): void {
  const { track } = session
  const { feed } = track
  const [bidOrders, askOrders] = [track.orders?.bid ?? 0, track.orders?.ask ?? 0]
  const book = feed.bookAt(seq)
  restOrders(book, bidOrders, askOrders)
  const numbers = computeBookNumbers(book)
  const flow = analyticsOf(server, session).follow(feed, seq, numbers, alertsOf(server))
  session.ring.add({ feed, seq, ...flow, bidOrders, askOrders })
  track.cursorMs = feed.timeOf(seq)
  session.lastSentMs = performance.now()
  session.snapshots++
  server.totals.snapshotsSent++
  const snapshot = describeSnapshot(session.id, feed, seq, book, numbers, flow)
  shareHistory(server, snapshot)
  const message = Buffer.from(encodeSnapshot(snapshot))
  for (const socket of recipientsOf(server, session)) socket.stream(message)
}

/** The last snapshots that a session has sent, as they were sent; the oldest first. */
export function listHistory({ ring, id }: Session): SnapshotJson[] {
  return ring.list().map(({ feed, seq, bidOrders, askOrders, ...flow }) => {
    const book = feed.bookAt(seq)
    restOrders(book, bidOrders, askOrders)
    return describeSnapshot(id, feed, seq, book, computeBookNumbers(book), flow)
  })
}

function describeSnapshot(
  sessionId: string,
  feed: Feed,
  seq: number,
  { bids, asks }: Book,
  numbers: BookNumbers,
  { ofi, vpin, alerts }: FlowNumbers,
): SnapshotJson {
  return {
    timestamp: spellTime(feed.timeOf(seq)) ?? '',
    bids,
    asks,
    mid_price: numbers.midPrice,
    spread: numbers.spread,
    best_bid: numbers.bestBid,
    best_ask: numbers.bestAsk,
    obi: numbers.obi,
    ofi,
    vpin,
    microprice: numbers.microprice,
    regime: numbers.regime,
    anomalies: namesOfAlerts(alerts),
    spoofing_risk: numbers.spoofingRisk,
    session_id: sessionId,
    symbol: feed.symbol,
    mode: feed.mode,
    seq,
  }
}

/** The message as it reads for whoever has missed some before it. */
export function markDropped(message: Buffer, dropped: number): Buffer {
  const end = Buffer.from(`,"dropped":${dropped}}`)
  return Buffer.concat([message.subarray(0, -1), end])
}
