import type { ClientRequest, IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import type { CloseReason } from '../core/close-reason.ts'
import { closeReasonOf } from './close-reason-of.ts'
import { type Tap, TappedSocket } from './tapped-socket.ts'
import type { ConnectionOptions, GivenUp } from './watch-socket.ts'
import { readRefusal, type WsRefusal } from './ws-refusal.ts'

export interface WsOptions extends ConnectionOptions {
  /** With its query, percent-encoded. */
  readonly path: string
  /** Of the request for the upgrade, beside those of the protocol. */
  readonly headers?: Readonly<Record<string, string>>
  /** A longer message is refused as malformed. */
  readonly maxMessageBytes: number
}

export interface WsListener {
  /** `atMs` is the moment when its last chunk arrived. `bytes` are valid during the call only. */
  message(bytes: Buffer, isText: boolean, atMs: number): void
  /** The connection is gone. Called once. */
  ended(): void
}

/** Why no messages can be exchanged. `malformed`: what came is no answer to an upgrade. Else how the connection ended. */
export type WsFailure = WsRefusal | 'malformed' | CloseReason

/**
 * The client's end of one WebSocket, which belongs to one simulated client, on a TCP connection of its own; nothing is
 * pooled, shared, compressed or retried. Every inbound byte (the answer to the upgrade or an error page, frames, the close
 * reason, what comes after it) passes the recorder's ownership scan once, before `ws` parses it. Messages without a
 * listener are stray, and so is what is no frame. Nothing here rejects: how it went is data.
 *
 * There may be ten thousand of these: what listens is shared, and no timer runs while messages can be exchanged.
 */
export class WsConnection implements Tap {
  /** The recorder's number of this connection. */
  readonly number: number
  /** Resolves when messages can be exchanged, or with the reason why they never can. */
  readonly connected: Promise<WsFailure | undefined>
  readonly closed: Promise<CloseReason>
  private readonly options: WsOptions
  private readonly socket: TappedSocket
  private readonly ws: WebSocket
  private readonly settleConnected: (failure: WsFailure | undefined) => void
  private readonly settleClosed: (reason: CloseReason) => void
  private listener: WsListener | undefined
  private reason: CloseReason | undefined
  private isMalformed = false
  private isRefused = false
  private text: string | undefined
  private hasStood = false
  private isConcluded = false
  private limit: NodeJS.Timeout | undefined
  private chunkAtMs = 0
  /** What may turn out to be no frame. Forgotten with each message, so that idle connections keep nothing. */
  private lastChunk: Buffer | undefined

  constructor(options: WsOptions) {
    const { host, port, path, headers, recorder, signal, maxMessageBytes } = options
    const [connected, closed] = [withResolver<WsFailure | undefined>(), withResolver<CloseReason>()]
    this.options = options
    this.number = recorder.opened(options.role, options.epoch)
    this.connected = connected.promise
    this.closed = closed.promise
    this.settleConnected = connected.resolve
    this.settleClosed = closed.resolve
    const socket = new TappedSocket(this)
    this.socket = socket
    listenToSocket(socket, this)
    this.limit = setTimeout(expire, options.connectLimitMs, this)
    signal.addEventListener('abort', this, { once: true })
    this.ws = new WebSocket(`ws://${host.includes(':') ? `[${host}]` : host}:${port}${path}`, {
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      ...(headers && { headers: { ...headers } }),
      createConnection: () => socket.connect({ host, port }),
    })
    listenToWebSocket(this.ws, this)
    if (signal.aborted) this.destroy('aborted')
  }

  /** Messages can be sent. */
  get isOpen(): boolean {
    return this.ws.readyState === WebSocket.OPEN && this.reason === undefined
  }

  /** Undefined while neither side has gone wrong or ended it. */
  get closeReason(): CloseReason | undefined {
    return this.reason
  }

  /** What the server gave as its reason to close; undefined where it gave none. */
  get closeText(): string | undefined {
    return this.text
  }

  /** Who gets the messages from now on. Without one they are stray. */
  listen(listener: WsListener | undefined): void {
    this.listener = listener
  }

  /** Resolves when the message has left this process: true; or false where the connection is gone. */
  send(text: string): Promise<boolean> {
    if (!this.isOpen) return Promise.resolve(false)
    return new Promise((resolve) => this.ws.send(text, (error) => resolve(!error)))
  }

  /** Ends at once, as when the client's process dies. */
  destroy(reason: GivenUp): void {
    this.reason ??= reason
    this.socket.destroy()
  }

  /** Ends in the ordinary way, by an exchange of close frames, and scans what still comes; at once after `limitMs`. */
  async close(limitMs: number): Promise<CloseReason> {
    if (this.ws.readyState === WebSocket.CONNECTING) this.destroy('dropped')
    else this.ws.close(normalClosure)
    const timer = setTimeout(abandon, limitMs, this)
    const reason = await this.closed
    clearTimeout(timer)
    return reason
  }

  /** Of the tap. */
  scan(chunk: Buffer): void {
    this.chunkAtMs = this.options.recorder.bytes(this.number, chunk)
    this.lastChunk = chunk
  }

  /** Of the signal: it was aborted. */
  handleEvent(): void {
    this.destroy('aborted')
  }

  /** The TCP connection stands, or the server has ended its side. */
  takeProgress(isEnd: boolean): void {
    clearTimeout(this.limit)
    this.limit = undefined
    if (isEnd) this.reason ??= 'ended'
  }

  takeOpen(): void {
    this.hasStood = true
    this.settleConnected(undefined)
  }

  takeMessage(bytes: Buffer, isBinary: boolean): void {
    this.lastChunk = undefined
    if (this.listener) this.listener.message(bytes, !isBinary, this.chunkAtMs)
    else this.options.recorder.stray(this.number, bytes)
  }

  async takeRefusal(response: IncomingMessage): Promise<void> {
    this.isRefused = true
    this.settleConnected(await readRefusal(response))
    this.socket.end()
  }

  /** Errors of the socket come with a code of the operating system; others are complaints of a parser about what came. */
  takeError(error: NodeJS.ErrnoException, isOfSocket: boolean): void {
    const { code } = error
    const isComplaint = code === undefined || code.startsWith('WS_ERR_') || code.startsWith('HPE_')
    // Node's HTTP client tells an early end as ECONNRESET; how the socket ended is known better.
    if (!isComplaint && isOfSocket) this.reason ??= closeReasonOf(code)
    if (!isComplaint || this.reason !== undefined) return
    if (!this.hasStood) this.isMalformed = true
    else if (this.lastChunk) this.options.recorder.stray(this.number, this.lastChunk)
    this.destroy('dropped')
  }

  /** The socket or the WebSocket is closed. Once both are, `ws` has handed over the last message. */
  conclude(text = ''): void {
    if (text !== '') this.text = text
    if (this.isConcluded || !this.socket.closed) return
    if (this.hasStood && this.ws.readyState !== WebSocket.CLOSED) return
    this.isConcluded = true
    this.takeProgress(true)
    const reason = this.reason ?? 'ended'
    this.options.signal.removeEventListener('abort', this)
    this.lastChunk = undefined
    this.options.recorder.closed(this.number, reason)
    this.listener?.ended()
    if (!this.isRefused) this.settleConnected(this.isMalformed ? 'malformed' : reason)
    this.settleClosed(reason)
  }
}

const normalClosure = 1000
const expire = (connection: WsConnection) => connection.destroy('connect-timeout')
const abandon = (connection: WsConnection) => connection.destroy('abandoned')

function listenToSocket(socket: TappedSocket, connection: WsConnection): void {
  socket.on('connect', () => connection.takeProgress(false))
  socket.on('end', () => connection.takeProgress(true))
  socket.on('error', (error) => connection.takeError(error, true))
  socket.on('close', () => connection.conclude())
}

function listenToWebSocket(ws: WebSocket, connection: WsConnection): void {
  ws.on('open', () => connection.takeOpen())
  ws.on('message', (bytes: Buffer, isBinary: boolean) => connection.takeMessage(bytes, isBinary))
  ws.on('unexpected-response', (_request: ClientRequest, response: IncomingMessage) => {
    void connection.takeRefusal(response)
  })
  ws.on('error', (error) => connection.takeError(error, false))
  ws.on('close', (_code: number, text: Buffer) => connection.conclude(text.toString()))
}

interface PromiseWithResolver<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

function withResolver<T>(): PromiseWithResolver<T> {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
