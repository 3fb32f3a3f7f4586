import type { Dispatcher } from 'undici'
import type { CloseReason } from '../core/close-reason.ts'
import { readRetryAfter } from './retry-after.ts'

/**
 * Why a request has no answer. `unsent`: the connection was gone before a byte of it was written, so that it can be sent
 * anew on another. `malformed`: what came is no HTTP, or too much. Else how the connection ended.
 */
export type HttpFailure = 'unsent' | 'request-timeout' | 'malformed' | CloseReason

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number
  readonly body: Buffer
  /** When its last chunk arrived. */
  readonly atMs: number
  /** Where the server says when to come again. */
  readonly retryAfterMs: number | undefined
}

/** A whole answer, or the reason why there is none. */
export type HttpReply = HttpAnswer | { readonly failure: HttpFailure }

const noBody = Buffer.alloc(0)

/** One request and its answer, as undici tells of it. Settles once. */
export class HttpExchange implements Dispatcher.DispatchHandler {
  /** When the last chunk arrived. */
  atMs = 0
  private readonly settle: (reply: HttpReply) => void
  private readonly started: (() => void) | undefined
  private isStarted = false
  private isSettled = false
  private status = 0
  private retryAfterMs: number | undefined
  private body: Buffer = noBody

  /** `started` is called when the request is about to be written. */
  constructor(settle: (reply: HttpReply) => void, started?: () => void) {
    this.settle = settle
    this.started = started
  }

  get isUnderWay(): boolean {
    return !this.isSettled
  }

  onRequestStart(): void {
    this.isStarted = true
    this.started?.()
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // After an interim answer (1xx) the final one starts anew.
    this.status = status
    this.retryAfterMs = readRetryAfter(headers['retry-after'])
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // undici's chunks are views of memory that it uses again.
    this.body = this.body.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.body, chunk])
  }

  onResponseEnd(): void {
    const { status, body, atMs, retryAfterMs } = this
    this.finish({ status, body, atMs, retryAfterMs })
  }

  onResponseError(): void {
    this.fail('malformed')
  }

  fail(failure: HttpFailure): void {
    this.finish({ failure: this.isStarted || failure === 'aborted' ? failure : 'unsent' })
  }

  private finish(reply: HttpReply): void {
    if (this.isSettled) return
    this.isSettled = true
    this.settle(reply)
  }
}
