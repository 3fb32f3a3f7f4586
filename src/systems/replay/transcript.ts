import type { Delivery, RunEvent } from '../../core/event.ts'
import { hash32 } from '../../core/hash.ts'
import type { Json } from '../../core/json.ts'
import type { Fact, Transcriber, TranscriptRules } from '../../core/transcript.ts'
import type { ReplayParams } from './params/replay-params.ts'
import type { HistoryValue, SessionValue, SnapshotValue } from './workload/event-values.ts'
import { readAnswer } from './workload/event-values.ts'

/**
 * Where a session is when a control of its viewer takes effect hangs on the moment, so that no two runs see the same
 * snapshots throughout. But the derived numbers of a session hang on nothing but the books that it has sent: they are
 * compared where those were the same, one after the other, from the beginning of the session; and, for servers whose
 * numbers begin anew with a jump, since the last one. Books of a recorded market are those of their symbol and place, and
 * answers tell what the viewer itself chose last.
 */
export const replayTranscript: TranscriptRules<ReplayParams> = {
  unordered: [],
  // How far numbers of the same formulas may lie apart that are computed in another order.
  tolerance: 1e-9,
  prepare: (params) => ({ ...params, keepsNumbers: true }),
  // On a session that others share, and in a mode that is one for all, others show by design.
  follow: ({ params }) => (params.session === 'shared' || params.globalMode ? undefined : new ViewerTranscriber()),
}

const doings: ReadonlySet<string> = new Set([
  'create',
  'start',
  'pause',
  'resume',
  'stop',
  'speed',
  'go-back',
  'mode',
  'order',
  'delete',
])

/** What a session has sent so far, named by all of it. */
interface SentBooks {
  readonly all: string
  readonly sinceJump: string
  readonly hasJumped: boolean
  readonly last: SnapshotValue
}

class ViewerTranscriber implements Transcriber {
  private readonly facts: Fact[] = []
  /** By connection, which of the viewer's sessions it is of. */
  private readonly sessions = new Map<number, number>()
  private readonly sent = new Map<number, SentBooks>()
  /** All that the viewer has done to its sessions, and how it went. */
  private doings = ''
  private readonly asked = new Map<number, string>()

  observe(event: RunEvent): void {
    if (event.type === 'opened' && event.role === 'stream') this.sessions.set(event.connection, event.epoch)
    else if (event.type === 'invocation') {
      if (doings.has(event.operation)) this.asked.set(event.operationId, JSON.stringify(event.value))
    } else if (event.type === 'completion') this.takeAnswer(event)
    else if (event.type === 'delivery') this.takeDelivery(event)
  }

  listFacts(): readonly Fact[] {
    return this.facts
  }

  private takeDelivery(event: Delivery): void {
    if (event.channel === 'snapshot') this.takeSnapshot(event, event.value as unknown as SnapshotValue)
    else if (event.channel === 'history') {
      for (const snapshot of (event.value as unknown as HistoryValue).snapshots) this.takeSnapshot(event, snapshot)
    }
  }

  private takeSnapshot({ connection, atMs }: Delivery, snapshot: SnapshotValue): void {
    const { symbol, mode, seq, atMs: marketMs, book, numbers, foreignSession } = snapshot
    if (foreignSession !== undefined) return
    const place = `${mode} ${symbol} ${seq} ${marketMs}`
    if (symbol !== undefined && mode === 'REPLAY') this.add('recorded book', place, { book }, atMs)
    if (!numbers) return
    const session = this.sessions.get(connection) ?? 0
    const before = this.sent.get(session)
    const isJump = before !== undefined && !isNext(before.last, snapshot)
    const sent: SentBooks = {
      all: extend(before?.all ?? '', `${place} ${book}`),
      sinceJump: extend(isJump ? '' : (before?.sinceJump ?? ''), `${place} ${book}`),
      hasJumped: before !== undefined && (before.hasJumped || isJump),
      last: snapshot,
    }
    this.sent.set(session, sent)
    // What an earlier session left behind shows in the first, and would hide what shows in the others.
    this.add(before ? 'snapshot' : 'first snapshot', sent.all, numbers, atMs)
    if (sent.hasJumped) this.add('snapshot after a jump', sent.sinceJump, numbers, atMs)
  }

  /** Only of what was granted: when others may have had their turn before is no leak. */
  private takeAnswer({
    operation,
    operationId,
    outcome,
    value,
    atMs,
  }: Extract<RunEvent, { type: 'completion' }>): void {
    const asked = this.asked.get(operationId)
    this.asked.delete(operationId)
    const answer = readAnswer<SessionValue>(value)
    if (asked !== undefined)
      this.doings = extend(this.doings, `${operation} ${asked} ${outcome} ${answer?.refused ?? ''}`)
    const isGranted = outcome === 'ok' && answer !== undefined && answer.refused === undefined
    if (!isGranted || (asked === undefined && operation !== 'look')) return
    const { speed, mode, symbol } = answer
    const told = { ...(speed !== undefined && { speed }), ...(mode && { mode }), ...(symbol && { symbol }) }
    this.add(`answer to ${operation}`, this.doings, told, atMs)
  }

  private add(kind: string, key: string, fields: Readonly<Record<string, Json>>, atMs: number): void {
    this.facts.push({ kind, key, fields, atMs })
  }
}

/** Where the server does not number its snapshots, only a step back tells that it was no next one. */
function isNext(last: SnapshotValue, { seq, mode, symbol, atMs }: SnapshotValue): boolean {
  const isSameMarket = mode === last.mode && symbol === last.symbol
  return isSameMarket && (seq === undefined || last.seq === undefined ? atMs >= last.atMs : seq === last.seq + 1)
}

/** Names a sequence by all that it holds, in order, and takes no more room for a long one. */
const extend = (sequence: string, next: string) => {
  const text = `${sequence} ${next}`
  return `${hash32(text, 1).toString(36)}-${hash32(text, 2).toString(36)}`
}
