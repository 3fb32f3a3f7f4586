import { createConnection, type Socket } from 'node:net'
import type { Recorder } from '../core/client.ts'
import type { CloseReason } from '../core/close-reason.ts'
import type { ConnectionFault, Strikable } from '../core/fault.ts'
import { closeReasonOf } from './close-reason-of.ts'
import { strikeSocket } from './strike-socket.ts'
import { type ConnectionOptions, type GivenUp, untilClosed, untilConnected } from './watch-socket.ts'

export interface TcpListener {
  /** `atMs` is the moment of the chunk's arrival. The chunk has been scanned; it is valid during the call only. */
  bytes(chunk: Buffer, atMs: number): void
  /** The server will send no more: it has ended its side, or the connection is gone. Called once. */
  ended(): void
}

/**
 * The client's end of one TCP connection, which belongs to one simulated client. Every inbound byte passes the
 * recorder's ownership scan before anybody can parse it, and until the connection is closed; what comes without a
 * listener is recorded as stray. Nothing here rejects: how it went is in the `CloseReason`.
 */
export class TcpConnection implements Strikable {
  /** The recorder's number of this connection. */
  readonly number: number
  /** Resolves when the connection stands, or with the reason why it never did. */
  readonly connected: Promise<CloseReason | undefined>
  readonly closed: Promise<CloseReason>
  private readonly socket: Socket
  private readonly recorder: Recorder
  private listener: TcpListener | undefined
  private reason: CloseReason | undefined
  private resetReason: CloseReason = 'reset'
  private readable = true
  private writable = true
  private corked = false
  private room: PromiseWithResolver | undefined

  constructor(options: ConnectionOptions) {
    this.recorder = options.recorder
    this.number = options.recorder.opened(options.role, options.epoch, this)
    // Half-open is allowed, so that a server that ends its side early is seen as just that, and not as a lost write.
    this.socket = createConnection({ host: options.host, port: options.port, allowHalfOpen: true, noDelay: true })
    const giveUp = (reason: GivenUp) => this.destroy(reason)
    this.connected = untilConnected(this.socket, options.connectLimitMs, giveUp, () => this.reason ?? 'ended')
    this.closed = untilClosed(this.socket, options.signal, giveUp, () => this.conclude())
    this.socket.on('data', (chunk: Buffer) => this.receive(chunk))
    this.socket.on('end', () => this.endReading())
    this.socket.on('drain', () => this.giveRoom())
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      const reason = closeReasonOf(error.code)
      this.reason ??= reason === 'reset' ? this.resetReason : reason
    })
    if (options.signal.aborted) this.destroy('aborted')
  }

  /** Undefined while neither side has gone wrong or ended it. */
  get closeReason(): CloseReason | undefined {
    return this.reason
  }

  /** The server can still send. */
  get isReadable(): boolean {
    return this.readable
  }

  /** This side has neither ended nor lost the connection. */
  get isWritable(): boolean {
    return this.writable
  }

  /** Who gets the chunks from now on. Without one they are stray. */
  listen(listener: TcpListener | undefined): void {
    this.listener = listener
  }

  /**
   * Sends; the connection keeps `bytes` until they are written. Writes of one turn of the event loop leave together.
   * Returns a promise to wait for where the peer does not read as fast as this: it resolves when there is room, or
   * the connection is gone. What is written to a connection that is gone is lost.
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (!this.writable) return undefined
    if (!this.corked) {
      this.corked = true
      this.socket.cork()
      process.nextTick(() => this.uncork())
    }
    if (this.socket.write(bytes)) return undefined
    this.room ??= withResolver()
    return this.room.promise
  }

  /** Resolves when all that was written has left this process, or the connection is gone. */
  flush(): Promise<void> {
    return new Promise((resolve) => this.socket.write(nothing, () => resolve()))
  }

  /** Ends this side; the server may still send. */
  end(): void {
    if (!this.writable) return
    this.writable = false
    this.socket.end()
  }

  /** A reset by the server is from now on its way to end this connection, and no loss. */
  expectReset(): void {
    this.resetReason = 'ended'
  }

  /**
   * Ends at once, as when the client's process dies: what was still to be sent or read is lost. Not by Node's
   * `resetAndDestroy`, which first sends all that is pending and so never ends where nobody reads.
   */
  destroy(reason: GivenUp): void {
    this.reason ??= reason
    this.socket.destroy()
  }

  /** Ends in the ordinary way and reads, with the scan, what still comes; at once after `limitMs`. */
  async close(limitMs: number): Promise<CloseReason> {
    this.end()
    const timer = setTimeout(() => this.destroy('abandoned'), limitMs)
    const reason = await this.closed
    clearTimeout(timer)
    return reason
  }

  /** Of the recorder. */
  strike(fault: ConnectionFault): boolean {
    const { socket, recorder, number } = this
    const noteBreak = () => {
      this.reason ??= 'dropped'
      this.writable = false
    }
    return strikeSocket({ socket, recorder, number, noteBreak }, fault)
  }

  private receive(chunk: Buffer): void {
    const atMs = this.recorder.bytes(this.number, chunk)
    if (this.listener) this.listener.bytes(chunk, atMs)
    else this.recorder.stray(this.number, chunk)
  }

  private endReading(): void {
    if (!this.readable) return
    this.readable = false
    this.listener?.ended()
  }

  private uncork(): void {
    this.corked = false
    this.socket.uncork()
  }

  private giveRoom(): void {
    this.room?.resolve()
    this.room = undefined
  }

  private conclude(): CloseReason {
    const reason = this.reason ?? 'ended'
    this.writable = false
    this.endReading()
    this.giveRoom()
    this.recorder.closed(this.number, reason)
    return reason
  }
}

const nothing = Buffer.alloc(0)

interface PromiseWithResolver {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

function withResolver(): PromiseWithResolver {
  let resolve = () => {}
  const promise = new Promise<void>((done) => {
    resolve = done
  })
  return { promise, resolve }
}
