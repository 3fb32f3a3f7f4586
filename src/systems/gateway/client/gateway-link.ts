import type { Recorder } from '../../../core/client.ts'
import type { Json } from '../../../core/json.ts'
import type { TcpConnection, TcpListener } from '../../../transport/tcp-connection.ts'
import type { FinalAnswer, ServerMessage, ServerMessageDecoder } from '../wire/dialect.ts'
import type { ResultPart } from '../wire/results.ts'
import { describePart } from '../workload/event-values.ts'
import { codeOfClose, completeOperation, type OutcomeCode } from './outcome-codes.ts'
import { ResultCollector } from './result-collector.ts'
import { Watch } from './watch.ts'

type Answer = Extract<ServerMessage, { type: 'answer' }> | FinalAnswer

/** An answer that came, with the moment of its arrival, or the code of why none did. */
export type Reply<A extends Answer> = { readonly answer: A; readonly atMs: number } | { readonly code: OutcomeCode }

/**
 * One connection to the gateway and what comes over it. Answers go to the one operation that waits for one; all else
 * is recorded as a delivery the moment it comes, whether or not anybody waits, caused by the upload under way or the
 * last one before.
 */
export class GatewayLink implements TcpListener {
  readonly connection: TcpConnection
  readonly watch = new Watch()
  /** Of the current upload. */
  collector = new ResultCollector()
  /** The server has taken a frame. */
  isServed = false
  /** A whole upload is under way, after which results come on this connection. */
  expectsResults = false
  private readonly decoder: ServerMessageDecoder
  private lastChunk: Uint8Array = Buffer.alloc(0)
  private readonly recorder: Recorder
  private uploadId: number | undefined
  private awaited: Answer['type'] | undefined
  private reply: { readonly answer: Answer; readonly atMs: number } | undefined
  private malformed = false

  constructor(connection: TcpConnection, decoder: ServerMessageDecoder, recorder: Recorder) {
    this.connection = connection
    this.decoder = decoder
    this.recorder = recorder
    connection.listen(this)
  }

  /** An upload has begun on this connection before. */
  get isUsed(): boolean {
    return this.uploadId !== undefined
  }

  /** What comes from now on belongs to this upload. */
  beginUpload(operationId: number): void {
    this.uploadId = operationId
    this.collector = new ResultCollector()
  }

  bytes(chunk: Buffer, atMs: number): void {
    for (const message of this.decoder.push(chunk)) this.take(message, atMs)
    this.lastChunk = chunk
    this.watch.notify()
  }

  ended(): void {
    this.recordLeftover()
    this.watch.notify()
  }

  /** Why nothing more can be expected of this connection; undefined while it can. */
  get failure(): OutcomeCode | undefined {
    if (this.malformed) return 'malformed-answer'
    const { closeReason, isReadable } = this.connection
    // Where it was broken off from this side, what still comes is read, and completes nothing.
    if (isReadable && closeReason === undefined) return undefined
    const code = codeOfClose(closeReason)
    return code === 'early-close' && this.decoder.pendingBytes > 0 ? 'truncated-answer' : code
  }

  /** Sends `bytes`, and waits where the server does not read as fast; after `limitMs` of that, the link is given up. */
  async send(bytes: Uint8Array, limitMs: number): Promise<void> {
    const room = this.connection.write(bytes)
    if (room) await this.giveUpAfter(limitMs, room)
  }

  /** Waits until all that was sent has left; after `limitMs` the link is given up. */
  async flush(limitMs: number): Promise<void> {
    await this.giveUpAfter(limitMs, this.connection.flush())
  }

  /** Sends `bytes` and waits for the answer to them. One at a time. */
  async ask<T extends Answer['type']>(
    type: T,
    bytes: Uint8Array,
    limitMs: number,
  ): Promise<Reply<Extract<Answer, { type: T }>>> {
    this.expect(type)
    this.connection.write(bytes)
    return this.awaitReply(type, limitMs)
  }

  /** From now on the next answer is the one that is waited for. */
  expect(type: Answer['type']): void {
    this.awaited = type
    this.reply = undefined
  }

  /** Whether there is no point in sending on: the answer is there, or nothing can come any more. */
  get isSettled(): boolean {
    return this.reply !== undefined || this.failure !== undefined
  }

  async awaitReply<T extends Answer['type']>(type: T, limitMs: number): Promise<Reply<Extract<Answer, { type: T }>>> {
    const came = await this.watch.until(() => this.isSettled, limitMs)
    const { reply, failure } = this
    this.awaited = undefined
    if (reply?.answer.type === type) return reply as Reply<Extract<Answer, { type: T }>>
    return { code: came && failure ? failure : 'answer-timeout' }
  }

  /** Listens on for a while, for what should not come. */
  async linger(limitMs: number): Promise<void> {
    await this.watch.until(() => this.failure !== undefined, limitMs)
  }

  private async giveUpAfter(limitMs: number, waiting: Promise<void>): Promise<void> {
    const timer = setTimeout(() => this.connection.destroy('abandoned'), limitMs)
    await waiting
    clearTimeout(timer)
  }

  private take(message: ServerMessage, atMs: number): void {
    if (message.type === 'answer' || message.type === 'final') this.takeAnswer(message, atMs)
    else if (message.type === 'results') this.addResults(message.part, atMs)
    else if (message.type === 'malformed' && !this.isExpecting) {
      this.recorder.stray(this.connection.number, Buffer.from(message.excerpt))
    } else {
      const { type, ...value } = message
      this.deliver(type, value, atMs)
      if (type === 'results-end') this.collector.end()
      if (type === 'malformed') this.malformed = this.awaited !== undefined
    }
  }

  private get isExpecting(): boolean {
    return this.expectsResults || (this.awaited !== undefined && !this.reply)
  }

  /** Bytes that never became a message are a truncated one where one was expected, and else nothing that can be explained. */
  private recordLeftover(): void {
    const { pendingBytes } = this.decoder
    const isOrdinary = (this.connection.closeReason ?? 'ended') === 'ended'
    if (pendingBytes === 0 || this.isExpecting || !isOrdinary) return
    this.recorder.stray(this.connection.number, this.lastChunk.subarray(-pendingBytes))
  }

  private takeAnswer(answer: Answer, atMs: number): void {
    const text = answer.type === 'final' ? { text: answer.text.slice(0, 200) } : {}
    if (this.awaited === answer.type && !this.reply) this.reply = { answer, atMs }
    else if (answer.ok) this.deliver('unasked-answer', text, atMs)
    else {
      const operationId = this.recorder.invoke(this.connection.number, 'refusal', null)
      completeOperation(this.recorder, operationId, 'refused', text, atMs)
    }
  }

  /** Records a part of the current upload's results, wherever it came from. */
  addResults(part: ResultPart, atMs: number, connection = this.connection.number): void {
    this.deliver(part.query, describePart(part), atMs, connection)
    this.collector.add(part)
  }

  deliver(channel: string, value: Json, atMs: number, connection = this.connection.number): void {
    const causeId = this.uploadId
    this.recorder.deliver(connection, channel, value, causeId === undefined ? { atMs } : { atMs, causeId })
  }
}
