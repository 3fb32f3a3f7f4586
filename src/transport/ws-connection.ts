import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import type { Recorder } from '../core/client.ts'
import type { CloseReason } from '../core/close-reason.ts'
import type { ConnectionFault, Strikable } from '../core/fault.ts'
import { closeReasonOf } from './close-reason-of.ts'
import { FrameReader } from './frame-reader.ts'
import { strikeSocket } from './strike-socket.ts'
import { type Tap, TappedSocket } from './tapped-socket.ts'
import type { ConnectionOptions, GivenUp, StopSignal } from './watch-socket.ts'
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
 * reason, what comes after it) passes the recorder's ownership scan once, before `ws` parses it; what came in fragments or
 * compressed passes it again, put together. Messages without a
 * listener are stray, and so is what is no frame. Nothing here rejects: how it went is data.
 *
 * There may be ten thousand of these: what listens is shared, and no timer runs while messages can be exchanged.
 */
export class WsConnection implements Tap, Strikable {
  /** The recorder's number of this connection. */
  readonly number: number
  /** Resolves when messages can be exchanged, or with the reason why they never can. */
  readonly connected: Promise<WsFailure | undefined>
  private readonly recorder: Recorder
  private readonly signal: StopSignal
  private readonly socket: TappedSocket<WsConnection>
  private readonly ws: OwnedWebSocket
  private settleConnected: ((failure: WsFailure | undefined) => void) | undefined
  /** Made when somebody asks for it: of thousands of streams few are waited for at a time. */
  private closing: PromiseWithResolver<CloseReason> | undefined
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
  private readonly frames: FrameReader

  constructor(options: WsOptions) {
    const { host, port, path, headers, recorder, signal, maxMessageBytes } = options
    this.recorder = recorder
    this.signal = signal
    this.number = recorder.opened(options.role, options.epoch, this)
    this.connected = new Promise((resolve) => {
      this.settleConnected = resolve
    })
    this.frames = new FrameReader((content, how) => this.takeContent(content, how))
    const socket = new TappedSocket<WsConnection>(this)
    this.socket = socket
    listenToSocket(socket)
    this.limit = setTimeout(expire, options.connectLimitMs, this)
    signal.addEventListener('abort', this, { once: true })
    this.ws = new OwnedWebSocket(`ws://${host.includes(':') ? `[${host}]` : host}:${port}${path}`, {
      perMessageDeflate: false,
      maxPayload: maxMessageBytes,
      ...(headers && { headers: { ...headers } }),
      createConnection: () => socket.connect({ host, port }),
    })
    this.ws.owner = this
    if (signal.aborted) this.destroy('aborted')
  }

  get closed(): Promise<CloseReason> {
    if (!this.closing) {
      this.closing = withResolver()
      if (this.isConcluded) this.closing.resolve(this.reason ?? 'ended')
    }
    return this.closing.promise
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
    this.chunkAtMs = this.recorder.bytes(this.number, chunk)
    this.lastChunk = chunk
    this.frames.follow(chunk)
  }

  /** Of the recorder. */
  strike(fault: ConnectionFault): boolean {
    const { socket, recorder, number } = this
    const noteBreak = () => {
      this.reason ??= 'dropped'
    }
    return strikeSocket({ socket, recorder, number, noteBreak }, fault)
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
    this.concludeConnecting(undefined)
  }

  takeMessage(bytes: Buffer, isBinary: boolean): void {
    this.lastChunk = undefined
    if (this.listener) this.listener.message(bytes, !isBinary, this.chunkAtMs)
    else this.recorder.stray(this.number, bytes)
  }

  async takeRefusal(response: IncomingMessage): Promise<void> {
    this.isRefused = true
    this.concludeConnecting(await readRefusal(response, (content, how) => this.takeContent(content, how)))
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
    else if (this.lastChunk) this.recorder.stray(this.number, this.lastChunk)
    this.destroy('dropped')
  }

  /** The socket or the WebSocket is closed. Once both are, `ws` has handed over the last message. */
  conclude(text = ''): void {
    if (text !== '') this.text = text
    if (this.isConcluded || !this.socket.closed) return
    if (this.hasStood && this.ws.readyState !== WebSocket.CLOSED) return
    this.frames.end()
    this.isConcluded = true
    this.takeProgress(true)
    const reason = this.reason ?? 'ended'
    this.reason = reason
    this.signal.removeEventListener('abort', this)
    this.lastChunk = undefined
    this.recorder.closed(this.number, reason)
    this.listener?.ended()
    if (!this.isRefused) this.concludeConnecting(this.isMalformed ? 'malformed' : reason)
    this.closing?.resolve(reason)
  }

  private takeContent(content: Buffer, how: string): void {
    if (!this.isConcluded) this.recorder.decoded(this.number, content, how)
  }

  private concludeConnecting(failure: WsFailure | undefined): void {
    this.settleConnected?.(failure)
    this.settleConnected = undefined
  }
}

const normalClosure = 1000
const expire = (connection: WsConnection) => connection.destroy('connect-timeout')
const abandon = (connection: WsConnection) => connection.destroy('abandoned')

/** Listeners are called with their emitter as `this`: the same few serve all connections. */
type Connected = TappedSocket<WsConnection>

/** Tells its owner without listeners, of which there would be five for each, and a look for them with each message. */
class OwnedWebSocket extends WebSocket {
  owner: WsConnection | undefined

  override emit(event: string | symbol, first?: unknown, second?: unknown): boolean {
    const { owner } = this
    if (event === 'message') owner?.takeMessage(first as Buffer, second as boolean)
    else if (event === 'open') owner?.takeOpen()
    else if (event === 'unexpected-response') void owner?.takeRefusal(second as IncomingMessage)
    else if (event === 'error') owner?.takeError(first as Error, false)
    else if (event === 'close') owner?.conclude(String(second))
    return true
  }
}

function listenToSocket(socket: Connected): void {
  socket.on('connect', onConnect).on('end', onEnd).on('error', onSocketError).on('close', onSocketClose)
}

function onConnect(this: Connected): void {
  this.tap.takeProgress(false)
}

function onEnd(this: Connected): void {
  this.tap.takeProgress(true)
}

function onSocketError(this: Connected, error: Error): void {
  this.tap.takeError(error, true)
}

function onSocketClose(this: Connected): void {
  this.tap.conclude()
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
