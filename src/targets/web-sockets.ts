import type { Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { UpgradeRequest } from './take-upgrades.ts'

interface WebSocketLimits {
  /** A longer message closes its socket with 1009. */
  readonly maxMessageBytes: number
  /** Of messages that may be dropped, and that wait here for a socket whose reader is slow. */
  readonly maxBufferedBytes: number
}

/** A message as it is to be read by whoever has missed `dropped` messages before it. */
type MarkDropped = (message: Buffer, dropped: number) => Buffer

const textFrame = { binary: false }

/** How long a client may take to answer a close. */
const closeTimeoutMs = 2000

/** Accepts WebSockets, and counts what all of them together were too slow for. */
export class WebSockets {
  readonly open = new Set<ServerSocket>()
  private readonly server: WebSocketServer
  private readonly limits: WebSocketLimits
  private readonly markDropped: MarkDropped
  private droppedOnClosed = 0

  constructor(limits: WebSocketLimits, markDropped: MarkDropped) {
    this.limits = limits
    this.markDropped = markDropped
    // `closeTimeout` is not in the types yet.
    const options = { noServer: true, clientTracking: false, perMessageDeflate: false, closeTimeout: closeTimeoutMs }
    this.server = new WebSocketServer({ ...options, maxPayload: limits.maxMessageBytes })
  }

  get dropped(): number {
    let dropped = this.droppedOnClosed
    for (const socket of this.open) dropped += socket.dropped
    return dropped
  }

  /** `opened` is called at once, or never where the handshake is malformed, which is answered here. */
  accept({ message, socket: raw, head }: UpgradeRequest, opened: (socket: ServerSocket) => void): void {
    this.server.handleUpgrade(message, raw, head, (webSocket) => {
      const socket = new ServerSocket(webSocket, raw, this.limits.maxBufferedBytes, this.markDropped)
      this.open.add(socket)
      webSocket.once('close', () => {
        this.open.delete(socket)
        this.droppedOnClosed += socket.dropped
        socket.onClose?.()
      })
      opened(socket)
    })
  }
}

/** One WebSocket on the side of the server. */
export class ServerSocket {
  /** Called for each text; what comes in binary is ignored. */
  onMessage: ((text: string) => void) | undefined
  onClose: (() => void) | undefined
  /** Messages that this socket's reader was too slow for. */
  dropped = 0
  private readonly webSocket: WebSocket
  private readonly raw: Socket
  private readonly maxBufferedBytes: number
  private readonly markDropped: MarkDropped
  /** Undefined until the reader is slow for the first time. */
  private waiting: Buffer[] | undefined
  private waitingBytes = 0

  constructor(webSocket: WebSocket, raw: Socket, maxBufferedBytes: number, markDropped: MarkDropped) {
    this.webSocket = webSocket
    this.raw = raw
    this.maxBufferedBytes = maxBufferedBytes
    this.markDropped = markDropped
    webSocket.on('message', (data: Buffer, isBinary: boolean) => {
      if (!isBinary) this.onMessage?.(data.toString('utf8'))
    })
    // What is too long, and what is no WebSocket: ws closes with the right code, and 'close' follows.
    webSocket.on('error', () => {})
  }

  /** For what must arrive, and what is too little to matter. */
  send(text: string): void {
    this.webSocket.send(text)
  }

  /** An answer to what the client sent: one that does not read its answers gets no more of them. */
  reply(text: string): void {
    if (!this.raw.writableNeedDrain) this.webSocket.send(text)
  }

  /** One of a stream of messages. Where the reader is too slow for them, the oldest that wait are dropped. */
  stream(message: Buffer): void {
    if (this.webSocket.readyState !== this.webSocket.OPEN) return
    if (this.raw.writableNeedDrain || this.waitingBytes > 0) this.keep(message)
    else this.write(message)
  }

  close(code: number, reason: string): void {
    this.waiting = undefined
    this.waitingBytes = 0
    this.webSocket.close(code, reason)
  }

  private write(message: Buffer): void {
    const marked = this.dropped > 0 ? this.markDropped(message, this.dropped) : message
    this.webSocket.send(marked, textFrame)
  }

  private keep(message: Buffer): void {
    if (!this.waiting) {
      this.waiting = []
      this.raw.on('drain', () => this.flush())
    }
    this.waiting.push(message)
    this.waitingBytes += message.length
    while (this.waitingBytes > this.maxBufferedBytes) {
      const oldest = this.waiting.shift()
      if (!oldest) break
      this.waitingBytes -= oldest.length
      this.dropped++
    }
  }

  private flush(): void {
    while (this.waiting && this.waiting.length > 0 && !this.raw.writableNeedDrain) {
      const message = this.waiting.shift() as Buffer
      this.waitingBytes -= message.length
      this.write(message)
    }
  }
}
