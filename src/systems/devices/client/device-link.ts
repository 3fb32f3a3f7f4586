import type { Recorder } from '../../../core/client.ts'
import type { Json } from '../../../core/json.ts'
import { HttpConnection, type HttpRequest } from '../../../transport/http-connection.ts'
import type { HttpAnswer, HttpReply } from '../../../transport/http-exchange.ts'
import { findNames } from './find-names.ts'
import { codeOfFailure, codeOfStatus, completeOperation, type OutcomeCode } from './outcome-codes.ts'
import { runSteps, type Steps, untilSettled, waitFor } from './steps.ts'

export interface LinkOptions {
  readonly host: string
  readonly port: number
  readonly connectLimitMs: number
  readonly requestLimitMs: number
}

/** What the history keeps of an answer. */
export interface AnswerFields {
  readonly status: number
  readonly [field: string]: Json
  /** The devices that it names. */
  names?: readonly string[]
}

/** One kind of request of one device. */
export interface Operation<Answer> {
  readonly name: string
  readonly request: HttpRequest
  /** What the history keeps of the request. */
  readonly value: Json
  /** The answer that a server of this protocol gives when it is content; undefined where this is none. */
  read(text: string): Answer | undefined
  /** What the history keeps of the answer. Told in one go: an object that grows needs memory of its own for what is added. */
  describe(answer: Answer, status: number): AnswerFields
  /** The server is expected to refuse; whether it did is judged, and no failed operation. */
  readonly isForbidden?: boolean
}

/** Of an error page or a malformed answer, so much is kept. */
const excerptLength = 200
const maxBodyBytes = 2 ** 20
/** How long a server may take to end a connection that the device has ended. */
const closeLimitMs = 2000

/**
 * The way of one device to its server: one connection at a time, opened when it is needed. Each request is recorded as
 * an operation.
 */
export class DeviceLink {
  private readonly options: LinkOptions
  private readonly recorder: Recorder
  private connection: HttpConnection | undefined
  private signal: AbortSignal = AbortSignal.abort()

  constructor(options: LinkOptions, recorder: Recorder) {
    this.options = options
    this.recorder = recorder
  }

  /** Makes sure that there is a connection. The signal's abort ends this and all later ones. */
  async open(signal: AbortSignal): Promise<boolean> {
    this.signal = signal
    return (await runSteps(this.connect())) === undefined
  }

  /** Sends a request and records how it went. Undefined where no answer came that could be read, or a refusal. */
  *ask<Answer>(operation: Operation<Answer>): Steps<Answer | undefined> {
    if (!this.connection?.isOpen && (yield* this.connect()) !== undefined) return undefined
    const operationId = this.recorder.invoke(this.number, operation.name, operation.value)
    let reply = yield* this.send(operation.request)
    // A request that was never written, because the server ended the connection, goes out on a new one.
    if ('failure' in reply && reply.failure === 'unsent' && (yield* this.connect()) === undefined) {
      reply = yield* this.send(operation.request)
    }
    if (!('failure' in reply)) return this.conclude(operation, operationId, reply)
    completeOperation(this.recorder, operationId, codeOfFailure(reply.failure), null)
    return undefined
  }

  /** Sends a request and leaves at once, without waiting for the answer. */
  *cancel(operation: Operation<unknown>): Steps<void> {
    if ((yield* this.connect()) !== undefined) return
    const connection = this.connection as HttpConnection
    const operationId = this.recorder.invoke(connection.number, operation.name, operation.value)
    yield* untilSettled(connection.sendAndLeave(operation.request))
    completeOperation(this.recorder, operationId, undefined, { cancelled: true })
  }

  /** The number of the connection, for what is recorded beside operations; 0 where there never was one. */
  get number(): number {
    return this.connection?.number ?? 0
  }

  /** Leaves with a reset. */
  drop(): void {
    this.connection?.destroy('dropped')
  }

  async close(): Promise<void> {
    const { connection } = this
    this.connection = undefined
    await connection?.close(closeLimitMs)
  }

  /** Undefined: a connection stands. Else why none does. */
  private *connect(): Steps<OutcomeCode | undefined> {
    if (this.connection?.isOpen) return undefined
    const { host, port, connectLimitMs, requestLimitMs } = this.options
    const { recorder, signal } = this
    const limits = { connectLimitMs, requestLimitMs, maxBodyBytes }
    const connection = new HttpConnection({ host, port, ...limits, recorder, role: 'device', signal })
    const operationId = recorder.invoke(connection.number, 'connect', null)
    const reason = yield* untilSettled(connection.connected)
    const code = reason && codeOfFailure(reason)
    completeOperation(recorder, operationId, code, null)
    this.connection = connection
    return code
  }

  private send(request: HttpRequest): Steps<HttpReply> {
    return waitFor((resume) => (this.connection as HttpConnection).ask(request, resume))
  }

  private conclude<Answer>(
    operation: Operation<Answer>,
    operationId: number,
    { status, body, atMs }: HttpAnswer,
  ): Answer | undefined {
    const refusal = codeOfStatus(status)
    const text = body.toString()
    const answer = refusal === undefined ? operation.read(text) : undefined
    const code = refusal ?? (answer === undefined ? 'malformed-answer' : undefined)
    const value: AnswerFields =
      answer === undefined ? { status, text: text.slice(0, excerptLength) } : operation.describe(answer, status)
    const names = findNames(text)
    if (names) value.names = names
    const isRefused = operation.isForbidden === true && refusal !== undefined && status < 500
    completeOperation(this.recorder, operationId, isRefused ? undefined : code, value, atMs)
    return code === undefined ? answer : undefined
  }
}
