import type { Dispatcher } from 'undici'
import type { CloseReason } from '../core/close-reason.ts'

/**
 * Why a request has no answer. `unsent`: the connection was gone before a byte of it was written, so that it can be sent
 * anew on another. `malformed`: what came is no HTTP, or too much. Else how the connection ended.
 */
export type HttpFailure = 'unsent' | 'request-timeout' | 'malformed' | CloseReason

/** A whole answer with the moment when its last chunk arrived, or the reason why there is none. */
export type HttpReply =
  | { readonly status: number; readonly body: Buffer; readonly atMs: number }
  | { readonly failure: HttpFailure }

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

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    // After an interim answer (1xx) the final one starts anew.
    this.status = status
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    // undici's chunks are views of memory that it uses again.
    this.body = this.body.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.body, chunk])
  }

  onResponseEnd(): void {
    this.finish({ status: this.status, body: this.body, atMs: this.atMs })
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
