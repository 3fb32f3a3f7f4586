import { createFindingLog, type FindingLog } from '../../../check/finding-log.ts'
import type { Conclusion, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SettleValue, SnapshotValue } from '../workload/event-values.ts'
import type { FollowedSession, Rule, SeenAnswer } from './rule.ts'
import type { SeenSnapshot } from './stream-follower.ts'

export const socketsAgree: Invariant = {
  name: 'sockets-agree',
  kind: 'correctness',
  sentence: 'All sockets of one session receive its whole stream, and each the same.',
  optional: true,
}

/** Places of the others with which a snapshot is compared. */
const comparedPlaces = 64
const mostDoubtful = 50

/**
 * While a viewer has several sockets, what comes on one beside what has come on another: the same place shows the same book,
 * and what was sent before a pause reaches them all.
 */
export class SocketsAgree implements Rule {
  readonly invariant = socketsAgree
  private readonly findings: FindingLog
  /** The last books by their places, and on which socket they came. */
  private readonly books = new Map<string, { readonly book: number; readonly connection: number }>()
  private jumps = 0
  /** Of places that nothing numbers: findings, unless the data have several snapshots of one time. */
  private readonly doubtful: (() => void)[] = []
  private sharesTimes = false
  private examined = 0

  constructor({ arrival }: PlannedClient<ReplayParams>) {
    this.findings = createFindingLog(socketsAgree, arrival.client)
  }

  began(): void {
    this.books.clear()
  }

  received({ event, value, socket }: SeenSnapshot, { stream }: FollowedSession): void {
    if (stream.jumps.count !== this.jumps) this.books.clear()
    this.jumps = stream.jumps.count
    this.sharesTimes = stream.sharesTimes
    // On either side of a jump the same place may show another book.
    if (stream.sockets.size < 2 || socket.met < this.jumps) return
    const place = `${value.mode} ${value.symbol} ${value.seq} ${value.atMs}`
    const known = this.books.get(place)
    if (known && known.connection !== event.connection) this.compare(event, value, known.book)
    else this.keep(place, value.book, event.connection)
  }

  answered({ event, invocation }: SeenAnswer, { stream }: FollowedSession): void {
    if (invocation.operation !== 'settle' || stream.sockets.size < 2) return
    this.examined++
    if (event.errorCode !== 'settle-timeout') return
    const { cursorMs } = invocation.value as unknown as SettleValue
    const others = [...stream.sockets.values()].filter(({ connection }) => connection !== event.connection)
    const other = others.find(({ last }) => last && last.atMs >= cursorMs)
    if (!other) return
    const last = stream.sockets.get(event.connection)?.last
    const what = `did not get on connection ${event.connection} what came on connection ${other.connection} of the same session`
    const details = { expected: { untilMs: cursorMs }, received: { untilMs: last?.atMs ?? null } }
    this.findings.add(event, 'lost', what, details)
  }

  conclude(): Conclusion {
    const { examined, findings, doubtful, sharesTimes } = this
    const undecidable = sharesTimes ? doubtful.length : 0
    for (const find of doubtful.splice(0)) if (!sharesTimes) find()
    return { examined, undecidable, violations: findings.list() }
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
    this.books.set(place, { book, connection })
    if (this.books.size <= comparedPlaces) return
    for (const oldest of this.books.keys()) {
      this.books.delete(oldest)
      return
    }
  }
}
