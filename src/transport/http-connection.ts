import { Client } from 'undici'
import type { CloseReason } from '../core/close-reason.ts'
import type { ConnectionFault, Strikable } from '../core/fault.ts'
import { closeReasonOf } from './close-reason-of.ts'
import { DirectSocket } from './direct-socket.ts'
import { type ContentTap, HttpExchange, type HttpReply } from './http-exchange.ts'
import { readIdleAnswer } from './idle-answer.ts'
import { resetSocket } from './reset-socket.ts'
import { strikeSocket } from './strike-socket.ts'
import { type ConnectionOptions, type GivenUp, untilClosed, untilConnected } from './watch-socket.ts'

export interface HttpOptions extends ConnectionOptions {
  /** From the moment of sending until the answer is complete. */
  readonly requestLimitMs: number
  /** An answer with a longer body is refused as malformed. */
  readonly maxBodyBytes: number
}

const noBytes = Buffer.alloc(0)

/** May be used for many requests: what stays the same need not be built anew. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** With its query, percent-encoded. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/**
 * The client's end of one HTTP/1.1 connection, which belongs to one simulated client and to one undici `Client`, whose
 * parser it uses; nothing is pooled, shared or retried. Every inbound byte (heads, error pages, what comes unasked on
 * an idle connection) passes the recorder's ownership scan before undici parses it; what comes while no request is
 * under way is stray, but for the word that the server has waited too long. One request at a time. Nothing here rejects:
 * how it went is data.
 */
export class HttpConnection implements ContentTap, Strikable {
  /** The recorder's number of this connection. */
  readonly number: number
  /** Resolves when the connection stands, or with the reason why it never did. */
  readonly connected: Promise<CloseReason | undefined>
  readonly closed: Promise<CloseReason>
  private readonly socket: DirectSocket
  private readonly client: Client
  private readonly options: HttpOptions
  private reason: CloseReason | undefined
  private exchange: HttpExchange | undefined
  private limit: NodeJS.Timeout | undefined
  /** The latest chunk came while a request was under way. */
  private isAnswered = false
  /** What came while no request was under way and was not told yet. */
  private unasked: Buffer = noBytes

  constructor(options: HttpOptions) {
    this.options = options
    this.number = options.recorder.opened(options.role, options.epoch, this)
    this.socket = new DirectSocket((chunk) => this.scan(chunk))
    this.socket.connect({ host: options.host, port: options.port })
    this.client = this.createClient(options)
    const giveUp = (reason: GivenUp) => this.destroy(reason)
    this.connected = untilConnected(this.socket, options.connectLimitMs, giveUp, () => this.reason ?? 'ended')
    this.closed = untilClosed(this.socket, options.signal, giveUp, () => this.conclude())
    this.socket.on('end', () => {
      this.reason ??= 'ended'
    })
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.takeError(error))
    if (options.signal.aborted) this.destroy('aborted')
  }

  /** A request can be sent. */
  get isOpen(): boolean {
    return !this.socket.connecting && this.socket.writable
  }

  /** Undefined while neither side has gone wrong or ended it. */
  get closeReason(): CloseReason | undefined {
    return this.reason
  }

  /** Sends a request and waits for the whole answer. On a connection that is not open it fails at once. */
  send(request: HttpRequest): Promise<HttpReply> {
    return new Promise((resolve) => this.ask(request, resolve))
  }

  /**
   * The same for who cannot afford a promise per request. `settle` is called as soon as the answer is complete and may
   * ask for the next one; that goes out when all that has arrived was looked at.
   */
  ask(request: HttpRequest, settle: (reply: HttpReply) => void): void {
    this.dispatch(request, new HttpExchange(this, settle))
  }

  /** Sends a request and leaves as soon as it is written: the server gets all of it, and nobody to answer. */
  sendAndLeave(request: HttpRequest): Promise<CloseReason> {
    const leave = () => {
      this.reason ??= 'dropped'
      this.socket.destroy()
    }
    this.dispatch(request, new HttpExchange(this, leave, () => setImmediate(leave)))
    return this.closed
  }

  /** Of its exchanges. */
  takeContent(content: Buffer, how: string): void {
    this.options.recorder.decoded(this.number, content, how)
  }

  /** Ends abruptly: a reset on the wire. What a request under way had still to send is dropped by undici first. */
  destroy(reason: GivenUp): void {
    this.reason ??= reason
    this.exchange?.fail(reason)
    if (this.socket.connecting) this.socket.destroy()
    else resetSocket(this.socket)
  }

  /** Ends in the ordinary way and reads, with the scan, what still comes; at once after `limitMs`. */
  async close(limitMs: number): Promise<CloseReason> {
    this.socket.end()
    const timer = setTimeout(() => this.destroy('abandoned'), limitMs)
    const reason = await this.closed
    clearTimeout(timer)
    return reason
  }

  /** Of the recorder. */
  strike(fault: ConnectionFault): boolean {
    const { socket, number } = this
    const noteBreak = () => {
      this.reason ??= 'dropped'
    }
    return strikeSocket({ socket, recorder: this.options.recorder, number, noteBreak }, fault)
  }

  private dispatch(request: HttpRequest, exchange: HttpExchange): void {
    if (this.exchange?.isUnderWay) throw new Error('one request at a time')
    this.exchange = exchange
    if (!this.isOpen) {
      exchange.fail('unsent')
      return
    }
    // One timer per connection, wound up anew by each request, costs less than one per request.
    if (this.limit) this.limit.refresh()
    else this.limit = setTimeout(() => this.expire(), this.options.requestLimitMs)
    const { method, path, headers = null, body = null } = request
    // There is no other request that undici could send before this one's answer.
    this.client.dispatch({ method, path, headers, body, blocking: false }, exchange)
  }

  private createClient({ host, port, maxBodyBytes }: HttpOptions): Client {
    let isTaken = false
    return new Client(`http://${host.includes(':') ? `[${host}]` : host}:${port}`, {
      pipelining: 1,
      // The time limit of a request is kept here, to the millisecond; undici's own are coarser and count otherwise.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: maxBodyBytes,
      connect: (_options, callback) => {
        // Asked a second time, undici wants another socket: this one was lost before the request was written.
        const isAgain = isTaken
        isTaken = true
        // Answered at once, undici would leave the request lie for which it asks.
        queueMicrotask(() =>
          isAgain ? callback(new Error('the connection is gone'), null) : callback(null, this.socket),
        )
      },
    })
  }

  private scan(chunk: Buffer): void {
    const { recorder } = this.options
    const atMs = recorder.bytes(this.number, chunk)
    this.isAnswered = this.exchange?.isAwaited === true
    if (this.exchange?.isAwaited) this.exchange.atMs = atMs
    else this.takeUnasked(chunk)
  }

  private takeUnasked(chunk: Buffer): void {
    this.unasked = Buffer.concat([this.unasked, chunk])
    const idleAnswer = readIdleAnswer(this.unasked)
    if (idleAnswer === undefined) this.tellUnasked()
    if (idleAnswer !== 'whole') return
    this.reason ??= 'idle-limit'
    // Whatever the server does now: no request goes out here any more, and what still comes is looked at.
    void this.close(this.options.requestLimitMs)
  }

  private tellUnasked(): void {
    if (this.unasked.length > 0) this.options.recorder.stray(this.number, this.unasked)
    this.unasked = noBytes
  }

  private takeError(error: NodeJS.ErrnoException): void {
    const code = error.code ?? ''
    // undici's own complaint about what came. It destroys the socket then, so that this is no loss.
    const isRefused = (error.name === 'HTTPParserError' || code.startsWith('UND_ERR_')) && this.reason === undefined
    this.reason ??= isRefused ? (code === 'UND_ERR_INFO' ? 'ended' : 'dropped') : closeReasonOf(code)
    if (!isRefused || code === 'UND_ERR_INFO') return
    // Without a request, more came in one chunk than the answer to the last one; where that ended, undici does not tell.
    const { fatalChunk } = this.socket
    if (this.exchange?.isAwaited) this.exchange.fail('malformed')
    else if (this.isAnswered && fatalChunk) this.options.recorder.stray(this.number, fatalChunk)
  }

  private expire(): void {
    if (!this.exchange?.isUnderWay) return
    this.exchange.fail('request-timeout')
    this.destroy('abandoned')
  }

  private conclude(): CloseReason {
    clearTimeout(this.limit)
    const reason = this.reason ?? 'ended'
    this.exchange?.fail(reason)
    void this.client.destroy()
    if (readIdleAnswer(this.unasked) !== 'whole') this.tellUnasked()
    this.options.recorder.closed(this.number, reason)
    return reason
  }
}
