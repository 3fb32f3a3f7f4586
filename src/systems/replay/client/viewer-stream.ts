import type { Recorder } from '../../../core/client.ts'
import type { Json } from '../../../core/json.ts'
import { WsConnection, type WsListener, type WsOptions } from '../../../transport/ws-connection.ts'
import { encodeOrder, readStreamMessage, type StreamMessage } from '../wire/stream-messages.ts'
import type { HistoryValue, NoticeValue, OrderValue, SnapshotValue, WatchValue } from '../workload/event-values.ts'
import { codeOfFailure, codeOfStatus, completeOperation, type OutcomeCode } from './outcome-codes.ts'
import { type Follower, moveTo, type Position, type ViewedSession } from './viewed-session.ts'

export interface StreamOptions extends Omit<WsOptions, 'maxMessageBytes' | 'role' | 'epoch'> {
  /** For the history, and for an order to be written. */
  readonly requestLimitMs: number
  /** A stream that stands is all that there is to wait for. */
  readonly hasNoHistory: boolean
}

/** How the opening of a stream went. */
export interface StreamOpening {
  /** Undefined: the history has come. `history-timeout`: the stream stands, and nothing came. */
  readonly code: OutcomeCode | undefined
  /** When to come again, where the server was asked too often and says so. */
  readonly retryAfterMs?: number
}

/** Of a refusal so much is kept. */
const excerptLength = 200
const maxMessageBytes = 16 * 2 ** 20
/** How long a server may take to end a stream that the viewer has ended. */
const closeLimitMs = 2000
const switchingProtocols = 101

/** An operation that is under way on the stream, and who waits for it. */
interface Waiting {
  readonly operationId: number
  readonly limit: NodeJS.Timeout
  readonly done: (code: OutcomeCode | undefined) => void
}

interface Settling extends Waiting {
  readonly cursorMs: number
  /** The limit is over, and the viewer goes on. */
  isLate: boolean
}

/** One WebSocket of a viewer: what comes over it is digested and recorded at once. */
export class ViewerStream implements WsListener, Follower {
  position: Position | undefined
  private readonly connection: WsConnection
  private readonly recorder: Recorder
  private readonly session: ViewedSession
  private readonly requestLimitMs: number
  private readonly hasNoHistory: boolean
  private watching: Waiting | undefined
  private settling: Settling | undefined

  constructor(options: StreamOptions, session: ViewedSession) {
    this.requestLimitMs = options.requestLimitMs
    this.hasNoHistory = options.hasNoHistory
    this.recorder = options.recorder
    this.session = session
    this.connection = new WsConnection({ ...options, maxMessageBytes, role: 'stream', epoch: session.epoch })
    this.connection.listen(this)
  }

  get number(): number {
    return this.connection.number
  }

  get isOpen(): boolean {
    return this.connection.isOpen
  }

  /** The operation `watch`: until the stream stands and its first message of the session has come. */
  async open(value: WatchValue): Promise<StreamOpening> {
    const { connection, recorder } = this
    const operationId = recorder.invoke(this.number, 'watch', value as unknown as Json)
    const watched = new Promise<OutcomeCode | undefined>((done) => {
      this.watching = { operationId, done, limit: setTimeout(expireWatch, this.requestLimitMs, this) }
    })
    const failure = await connection.connected
    if (typeof failure === 'object') {
      const { status, text, retryAfterMs } = failure
      // A server that answers 200 to an upgrade has refused it, too.
      const code = codeOfStatus(status) ?? 'refused'
      this.concludeWatch(code, { status, refused: text.slice(0, excerptLength) })
      return { code, ...(retryAfterMs !== undefined && { retryAfterMs }) }
    }
    if (failure !== undefined) this.concludeWatch(codeOfFailure(failure))
    else if (this.hasNoHistory) this.concludeWatch(undefined)
    return { code: await watched }
  }

  /**
   * The operation `settle`: until the snapshot at which the session was paused is the last that came. Where that does not
   * come in time, what comes next tells whether it was lost, or whether the server means by its cursor the next one.
   */
  settle(cursorMs: number, limitMs: number): Promise<OutcomeCode | undefined> {
    if (this.settling) this.concludeSettle('settle-timeout')
    const operationId = this.recorder.invoke(this.number, 'settle', { cursorMs })
    return new Promise<OutcomeCode | undefined>((done) => {
      const limit = setTimeout(expireSettle, limitMs, this)
      this.settling = { operationId, cursorMs, done, limit, isLate: false }
      if (this.position && isSameTime(this.position.atMs, cursorMs)) this.concludeSettle(undefined)
      else if (!this.isOpen) this.concludeSettle(this.codeOfEnd())
    })
  }

  /** The operation `order`: until it is written. */
  async order(order: OrderValue): Promise<void> {
    const operationId = this.recorder.invoke(this.number, 'order', order as unknown as Json)
    const isWritten = await this.connection.send(encodeOrder(order))
    const code = this.connection.closeReason === 'aborted' ? 'aborted' : 'unsent'
    completeOperation(this.recorder, operationId, isWritten ? undefined : code)
  }

  /** Breaks it off. */
  async drop(): Promise<void> {
    this.connection.destroy('dropped')
    await this.connection.closed
  }

  async close(): Promise<void> {
    await this.connection.close(closeLimitMs)
  }

  message(bytes: Buffer, isText: boolean, atMs: number): void {
    const message = isText ? readStreamMessage(bytes) : undefined
    const isUnderstood = message !== undefined && this.take(message, atMs)
    if (!isUnderstood) this.recorder.stray(this.number, bytes)
  }

  ended(): void {
    this.session.leave(this)
    const { closeText } = this.connection
    if (closeText === undefined) this.concludeWatch(this.codeOfEnd())
    else this.concludeWatch('refused', { status: switchingProtocols, refused: closeText.slice(0, excerptLength) })
    this.concludeSettle(this.settling?.isLate ? 'settle-timeout' : this.codeOfEnd())
  }

  /** Neither history nor a snapshot came in time. */
  expireWatch(): void {
    const { isOpen } = this
    this.concludeWatch(isOpen ? 'history-timeout' : 'answer-timeout')
    if (!isOpen) this.connection.destroy('abandoned')
  }

  /** Where this process was held up, what has come in the meantime is read before anybody is blamed. */
  expireSettle(): void {
    setImmediate(() => setImmediate(() => this.leaveSettle()))
  }

  private leaveSettle(): void {
    const { settling } = this
    if (!settling) return
    settling.isLate = true
    settling.done('settle-timeout')
  }

  /** False: no message of this protocol. */
  private take(message: StreamMessage, atMs: number): boolean {
    if (message.type === 'snapshot') {
      const value = this.session.take(this, message.snapshot)
      if (value) this.takeSnapshot(value, atMs)
      return value !== undefined
    }
    if (message.type === 'history') {
      const history = this.session.join(this, message)
      if (history) this.takeHistory(history, atMs)
      return history !== undefined
    }
    this.takeNotice(message, atMs)
    return true
  }

  private takeSnapshot(value: SnapshotValue, atMs: number): void {
    this.position = moveTo(this.position, value)
    this.recorder.deliver(this.number, 'snapshot', value as unknown as Json, { atMs })
    this.judgeSettle(value, atMs)
    // Not every server begins with a history.
    if (this.watching) this.concludeWatch(undefined, null, atMs)
  }

  private judgeSettle(value: SnapshotValue, atMs: number): void {
    const { settling } = this
    if (!settling || value.foreignSession !== undefined) return
    if (isSameTime(settling.cursorMs, value.atMs)) {
      if (settling.isLate) this.session.cursorIsNext = true
      this.concludeSettle(undefined, atMs)
    } else if (settling.isLate) this.concludeSettle('settle-timeout', atMs)
  }

  private takeHistory(history: HistoryValue, atMs: number): void {
    const last = history.snapshots.at(-1)
    if (last) {
      this.position = moveTo(this.position, last)
      this.recorder.deliver(this.number, 'history', history as unknown as Json, { atMs })
    }
    this.concludeWatch(undefined, null, atMs)
  }

  private takeNotice(message: Extract<StreamMessage, { type: 'error' | 'other' }>, atMs: number): void {
    const isError = message.type === 'error'
    const name = (isError ? message.message : message.name).slice(0, excerptLength)
    const notice: NoticeValue = { name, ...this.session.tellName(isError ? undefined : message.sessionId) }
    this.recorder.deliver(this.number, message.type, notice as unknown as Json, { atMs })
    // Some servers grant every upgrade and say on the stream that there is no such session.
    if (isError) this.concludeWatch('refused', { status: switchingProtocols, refused: name }, atMs)
  }

  private concludeWatch(code: OutcomeCode | undefined, value: Json = null, atMs?: number): void {
    const { watching } = this
    this.watching = undefined
    if (watching) this.conclude(watching, code, value, atMs)
  }

  private concludeSettle(code: OutcomeCode | undefined, atMs?: number): void {
    const { settling } = this
    this.settling = undefined
    if (settling) this.conclude(settling, code, null, atMs)
  }

  private conclude({ operationId, limit, done }: Waiting, code: OutcomeCode | undefined, value: Json, atMs?: number) {
    clearTimeout(limit)
    completeOperation(this.recorder, operationId, code, value, atMs)
    done(code)
  }

  private codeOfEnd(): OutcomeCode {
    return codeOfFailure(this.connection.closeReason ?? 'ended')
  }
}

/** Some servers spell the time of a cursor without the parts of a millisecond. */
const isSameTime = (one: number, other: number) => Math.abs(one - other) < 1

const expireWatch = (stream: ViewerStream) => stream.expireWatch()
const expireSettle = (stream: ViewerStream) => stream.expireSettle()
