import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { Invocation } from '../../../core/event.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SettleValue, SnapshotValue } from '../workload/event-values.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'
import type { FollowedSocket, SeenSnapshot, StreamFollower } from './stream-follower.ts'

export const socketsAgree: Invariant = {
  name: 'sockets-agree',
  kind: 'correctness',
  sentence: 'All sockets of one session receive its whole stream, and each the same.',
  optional: true,
}

/** Places of the others with which a snapshot is compared. */
const comparedPlaces = 64
const mostDoubtful = 50
/** When one socket has got so many since the other came, that one must have got some. */
const surelyShared = 3

/**
 * While a viewer has several sockets, what comes on one beside what has come on another: the same place shows the same book,
 * and what was sent before a pause reaches them all.
 */
export class SocketsAgree implements Rule {
  readonly invariant = socketsAgree
  private readonly findings: FindingLog
  /** The last books by their places, and on which socket they came. Made with the second socket. */
  private books: Map<string, { readonly book: number; readonly connection: number }> | undefined
  private jumps = 0
  private readonly settleMs: number
  private pausedAtMs: number | undefined
  /** Of places that nothing numbers: findings, unless the data have several snapshots of one time. */
  private readonly doubtful: (() => void)[] = []
  private sharesTimes = false
  private examined = 0

  constructor({ arrival, params }: PlannedClient<ReplayParams>) {
    this.settleMs = params.settleMs
    this.findings = createFindingLog(socketsAgree, arrival.client)
  }

  began(): void {
    this.books = undefined
    this.pausedAtMs = undefined
  }

  received({ event, value, socket }: SeenSnapshot, { stream }: FollowedSession): void {
    socket.sinceOpened++
    if (stream.jumps.count !== this.jumps) this.books = undefined
    this.jumps = stream.jumps.count
    this.sharesTimes = stream.sharesTimes
    // On either side of a jump the same place may show another book.
    if (stream.sockets.size < 2 || socket.met < this.jumps) return
    const place = `${value.mode} ${value.symbol} ${value.seq} ${value.atMs}`
    const known = this.books?.get(place)
    if (known && known.connection !== event.connection) this.compare(event, value, known.book)
    else this.keep(place, value.book, event.connection)
  }

  invoked({ operation, atMs, connection }: Invocation, { stream }: FollowedSession): void {
    if (operation === 'resume') this.judgeQuiet({ atMs, connection }, stream)
    if (operation !== 'look' && operation !== 'settle') this.pausedAtMs = undefined
  }

  answered({ event, invocation, value }: SeenAnswer, { stream }: FollowedSession): void {
    const { operation } = invocation
    if (operation === 'watch') {
      for (const socket of stream.sockets.list()) socket.sinceOpened = 0
    }
    if (operation === 'pause' && event.outcome === 'ok' && value?.state !== 'PLAYING') this.pausedAtMs = event.atMs
    if (operation !== 'settle' || stream.sockets.size < 2) return
    this.examined++
    if (event.errorCode !== 'settle-timeout') return
    const { cursorMs } = invocation.value as unknown as SettleValue
    const others = stream.sockets.list().filter(({ connection }) => connection !== event.connection)
    const other = others.find(({ last }) => last && last.atMs >= cursorMs)
    if (!other) return
    const socket = stream.sockets.get(event.connection)
    if (socket) this.tellMissing(event, socket, other)
  }

  conclude(): Conclusion {
    const { examined, findings, doubtful, sharesTimes } = this
    const undecidable = sharesTimes ? doubtful.length : 0
    for (const find of doubtful.splice(0)) if (!sharesTimes) find()
    return { examined, undecidable, violations: findings.list() }
  }

  /** Since a pause all has come that was sent before: each socket that has been there long enough must have the same. */
  private judgeQuiet(event: Pick<Invocation, 'atMs' | 'connection'>, stream: StreamFollower): void {
    const { pausedAtMs } = this
    const sockets = stream.sockets.list()
    if (pausedAtMs === undefined || sockets.length < 2 || event.atMs <= pausedAtMs + this.settleMs) return
    const most = sockets.reduce((one, other) => (other.sinceOpened > one.sinceOpened ? other : one))
    if (most.sinceOpened < surelyShared) return
    this.examined++
    const missing = sockets.find((socket) => socket.sinceOpened === 0)
    if (missing) this.tellMissing(event, missing, most)
  }

  private tellMissing(event: Pick<Invocation, 'atMs' | 'connection'>, missing: FollowedSocket, other: FollowedSocket) {
    const what = `did not get on connection ${missing.connection} what came on connection ${other.connection} of the same session`
    const details = {
      expected: { untilMs: other.last?.atMs ?? null },
      received: { untilMs: missing.last?.atMs ?? null },
    }
    this.findings.add(event, 'lost', what, details)
  }

  private compare(event: SeenSnapshot['event'], { book, atMs, seq }: SnapshotValue, expected: number): void {
    this.examined++
    if (book === expected) return
    const what = 'received two books for one place of its session, on two connections'
    const details = { expected: { book: expected }, received: { atMs, book } }
    const find = () => this.findings.add(event, 'wrong', what, details)
    if (seq !== undefined) find()
    else if (this.doubtful.length < mostDoubtful) this.doubtful.push(find)
  }

  private keep(place: string, book: number, connection: number): void {
    this.books ??= new Map()
    this.books.set(place, { book, connection })
    if (this.books.size <= comparedPlaces) return
    for (const oldest of this.books.keys()) {
      this.books.delete(oldest)
      return
    }
  }
}
