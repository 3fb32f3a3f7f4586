import type { Dispatcher } from 'undici'
import type { CloseReason } from '../core/close-reason.ts'
import { type BodyCoding, decodeBody, describeCoding, readCoding } from './decode-body.ts'
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

/** Gets what a body holds that came otherwise than in one piece and as it is. */
export interface ContentTap {
  takeContent(content: Buffer, how: string): void
}

const noBody = Buffer.alloc(0)

/**
 * One request and its answer, as undici tells of it. Settles once. undici's older names of these methods are what its
 * client calls by itself; it would wrap the newer ones for each request, and parse all headers, of which hardly any is read.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  /** When the last chunk arrived. */
  atMs = 0
  /** Undefined once it was called: an idle connection must not hold what waited for its last answer. */
  private settle: ((reply: HttpReply) => void) | undefined
  private readonly started: (() => void) | undefined
  private isStarted = false
  private status = 0
  private retryAfterMs: number | undefined
  private body: Buffer = noBody
  private coding: BodyCoding | undefined
  private readonly tap: ContentTap

  /** `started` is called when the request is about to be written. */
  constructor(tap: ContentTap, settle: (reply: HttpReply) => void, started?: () => void) {
    this.tap = tap
    this.settle = settle
    this.started = started
  }

  get isUnderWay(): boolean {
    return this.settle !== undefined
  }

  /** The request is written or being written: what comes is its answer. */
  get isAwaited(): boolean {
    return this.isStarted && this.isUnderWay
  }

  onConnect(): void {
    this.isStarted = true
    this.started?.()
  }

  /** `headers` are names and values in turn. */
  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    // After an interim answer (1xx) the final one starts anew.
    this.status = status
    this.retryAfterMs = status < 300 ? undefined : readRetryAfter(findHeader(headers, 'retry-after'))
    this.coding = readCoding(findHeader(headers, 'content-encoding'), findHeader(headers, 'transfer-encoding'))
    return true
  }

  onData(chunk: Buffer): boolean {
    // A view of what the socket gave, which is nobody else's.
    this.body = this.body === noBody ? chunk : Buffer.concat([this.body, chunk])
    return true
  }

  onComplete(): void {
    const { status, atMs, retryAfterMs } = this
    const body = this.takeBody()
    this.finish(body ? { status, body, atMs, retryAfterMs } : { failure: 'malformed' })
  }

  onError(): void {
    this.fail('malformed')
  }

  fail(failure: HttpFailure): void {
    if (this.body !== noBody) this.takeBody()
    this.finish({ failure: this.isStarted || failure === 'aborted' ? failure : 'unsent' })
  }

  /** Undefined where it cannot be decoded. Binary data may be compressed, though no header says so. */
  private takeBody(): Buffer | undefined {
    const { body, coding, tap } = this
    // It may be part of a larger piece of memory, which an idle connection must not hold.
    this.body = noBody
    const content = coding ? decodeBody(body, coding) : body
    if (coding) tap.takeContent(content ?? body, content ? describeCoding(coding) : 'a body')
    else if (isBinary(body)) tap.takeContent(body, 'a body')
    return content
  }

  private finish(reply: HttpReply): void {
    const { settle } = this
    this.settle = undefined
    settle?.(reply)
  }
}

/** By its first byte; text begins with none of these. */
function isBinary([first]: Buffer): boolean {
  return first !== undefined && (first < 9 || (first > 13 && first < 32) || first === zlibHead || first > 126)
}

const zlibHead = 0x78

function findHeader(headers: readonly Buffer[], wanted: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.length === wanted.length && headers[i]?.toString('latin1').toLowerCase() === wanted)
      return headers[i + 1]?.toString('latin1')
  }
  return undefined
}
