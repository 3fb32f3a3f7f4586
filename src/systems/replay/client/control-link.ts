import type { Recorder } from '../../../core/client.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import { HttpConnection, type HttpRequest } from '../../../transport/http-connection.ts'
import type { HttpAnswer, HttpReply } from '../../../transport/http-exchange.ts'
import type { StopSignal } from '../../../transport/watch-socket.ts'
import { backOff, isLastAttempt } from './back-off.ts'
import { codeOfFailure, codeOfStatus, completeOperation, type OutcomeCode } from './outcome-codes.ts'
import { pause } from './pause.ts'

export interface LinkOptions {
  readonly host: string
  readonly port: number
  readonly connectLimitMs: number
  readonly requestLimitMs: number
}

/** One kind of request of one viewer. */
export interface ControlRequest<Answer> {
  /** Of its operation. */
  readonly name: string
  readonly request: HttpRequest
  /** What the history keeps of the request. */
  readonly value: Json
  /** The server is expected to refuse; whether it did is judged, and no failed operation. */
  readonly isForbidden?: boolean
  /** A refusal may come with status 200. Undefined: no answer of this protocol. */
  read(text: string): Answer | Refusal | undefined
  /** What the history keeps of the answer. */
  describe(answer: Answer): JsonObject
}

export interface Refusal {
  readonly refusal: string
}

/** Of an error page or a malformed answer, so much is kept. */
const excerptLength = 200
/** A list that names thousands of sessions, against its promise, is long. */
const maxBodyBytes = 16 * 2 ** 20
/** How long a server may take to end a connection that the viewer has ended. */
const closeLimitMs = 2000
/** A connection that is not needed for so long is closed: of thousands of viewers who watch, each holds one descriptor. */
const restLimitMs = 5000

/** The way of one viewer's controls: one HTTP connection at a time, opened when it is needed. */
export class ControlLink {
  private readonly options: LinkOptions
  private readonly recorder: Recorder
  private connection: HttpConnection | undefined
  private epoch = 0
  private readonly signal: StopSignal
  private lastCode: OutcomeCode | undefined

  /** The signal's abort ends all its connections. */
  constructor(options: LinkOptions, recorder: Recorder, signal: StopSignal) {
    this.options = options
    this.signal = signal
    this.recorder = recorder
  }

  /** The server could be reached when it was last needed. */
  get isReachable(): boolean {
    return this.lastCode === undefined
  }

  /** Makes sure that there is a connection for this epoch. */
  async open(epoch: number): Promise<boolean> {
    if (epoch !== this.epoch) await this.close()
    this.epoch = epoch
    return (await this.connect()) === undefined
  }

  /**
   * Sends a request and records how it went. Asks again, after a while, where the server says that it was asked too often.
   * Undefined where no answer came that could be read, or a refusal.
   */
  async ask<Answer>(request: ControlRequest<Answer>): Promise<Answer | undefined> {
    for (let attempt = 1; !this.signal.aborted; attempt++) {
      if ((await this.connect()) !== undefined) return undefined
      const connection = this.connection as HttpConnection
      const operationId = this.recorder.invoke(connection.number, request.name, request.value)
      const reply = await this.deliver(connection, request.request)
      const answer = this.conclude(request, operationId, reply)
      if (!('status' in reply) || reply.status !== 429 || isLastAttempt(attempt)) return answer
      await backOff(this.recorder, connection.number, reply.retryAfterMs, attempt, (ms) => this.wait(ms))
    }
    return undefined
  }

  /** Waits; without a connection, where that takes long. */
  wait(ms: number): Promise<void> {
    if (ms <= restLimitMs) return pause(ms, this.signal)
    const untilMs = this.recorder.now() + ms
    return this.close().then(() => pause(untilMs - this.recorder.now(), this.signal))
  }

  /** Breaks the connection off. */
  async drop(): Promise<void> {
    this.connection?.destroy('dropped')
    await this.connection?.closed
    this.connection = undefined
  }

  async close(): Promise<void> {
    const { connection } = this
    this.connection = undefined
    await connection?.close(closeLimitMs)
  }

  /** Undefined: a connection stands. Else why none does. */
  private async connect(): Promise<OutcomeCode | undefined> {
    if (this.connection?.isOpen) return undefined
    const { recorder, signal, epoch } = this
    const connection = new HttpConnection({ ...this.options, maxBodyBytes, recorder, role: 'control', epoch, signal })
    const operationId = recorder.invoke(connection.number, 'connect', null)
    this.connection = connection
    const reason = await connection.connected
    this.lastCode = reason && codeOfFailure(reason)
    completeOperation(recorder, operationId, this.lastCode)
    return this.lastCode
  }

  /** A request that was never written, because the server ended the idle connection, goes out on a new one. */
  private async deliver(connection: HttpConnection, request: HttpRequest): Promise<HttpReply> {
    const reply = await connection.send(request)
    const isUnsent = 'failure' in reply && reply.failure === 'unsent'
    if (!isUnsent || (await this.connect()) !== undefined) return reply
    return (this.connection as HttpConnection).send(request)
  }

  private conclude<Answer>(request: ControlRequest<Answer>, operationId: number, reply: HttpReply): Answer | undefined {
    if ('failure' in reply) {
      completeOperation(this.recorder, operationId, codeOfFailure(reply.failure))
      return undefined
    }
    const { code, answer, value } = judge(request, reply)
    completeOperation(this.recorder, operationId, code, value, reply.atMs)
    return answer
  }
}

interface Judgement<Answer> {
  readonly code: OutcomeCode | undefined
  readonly answer?: Answer
  readonly value: JsonObject
}

function judge<Answer>(
  { read, describe, isForbidden }: ControlRequest<Answer>,
  { status, body }: HttpAnswer,
): Judgement<Answer> {
  const text = body.toString()
  const codeByStatus = codeOfStatus(status)
  const seen = read(text)
  if (isRefusal(seen) || codeByStatus !== undefined) {
    const refused = isRefusal(seen) ? seen.refusal : text
    const code = codeByStatus ?? 'refused'
    const isExpected = isForbidden === true && code === 'refused'
    return { code: isExpected ? undefined : code, value: { status, refused: refused.slice(0, excerptLength) } }
  }
  if (seen === undefined) {
    return { code: 'malformed-answer', value: { status, refused: text.slice(0, excerptLength) } }
  }
  return { code: undefined, answer: seen, value: { status, ...describe(seen) } }
}

const isRefusal = (seen: unknown): seen is Refusal => typeof seen === 'object' && seen !== null && 'refusal' in seen
