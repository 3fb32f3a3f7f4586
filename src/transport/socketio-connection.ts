import { Manager, type Socket } from 'socket.io-client'
import type { Recorder } from '../core/client.ts'
import type { CloseReason } from '../core/close-reason.ts'
import { TappedAgent } from './tapped-agent.ts'
import type { ConnectionOptions, GivenUp } from './watch-socket.ts'

export interface SocketIoListener {
  /** Every event, whether anybody waits for it or not. `atMs` is the moment of the last bytes that came. */
  event(name: string, value: unknown, atMs: number): void
  /** Nothing more will come. Called once; `isDismissed`: the server has said that it wants no more of this client. */
  ended(isDismissed: boolean): void
}

export interface SocketIoOptions extends Omit<ConnectionOptions, 'host' | 'port' | 'connectLimitMs'> {
  /** `http://host:port`; a path is that of Engine.IO and `/socket.io` where there is none. */
  readonly url: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
  readonly transport: 'websocket' | 'polling'
  readonly connectLimitMs: number
  readonly listener: SocketIoListener
}

/** `refusal`: the server's own words. */
export type ConnectResult = { readonly reason: CloseReason } | { readonly refusal: string } | undefined

/** What the library's manager tells of all that comes, also of what it passes on to nobody. */
interface PacketSource {
  on(event: 'packet', listener: (packet: { type: number; nsp: string; data: unknown }) => void): void
}

/** Of socket.io-parser's types those of an answer to an event, which is never asked for here. */
const [ack, binaryAck] = [3, 6]

/** What engine.io-client's socket keeps to itself. */
interface PingTimer {
  readonly _pingTimeoutTimer?: NodeJS.Timeout
}

/**
 * The client's end of one Socket.IO connection, which belongs to one simulated client and to one Manager; nothing is
 * shared, upgraded or reconnected by itself. Every inbound byte of every socket below it passes the recorder's ownership
 * scan before the library parses it. Polling uses more than one socket: the further ones have numbers of their own, and
 * are recorded as operations `open-socket`. Nothing here rejects.
 */
export class SocketIoConnection {
  /** The recorder's number of this connection. */
  readonly number: number
  /** Resolves with undefined when the server has accepted, else with why it did not. */
  readonly connected: Promise<ConnectResult>
  readonly closed: Promise<CloseReason>
  private readonly agent: TappedAgent
  private readonly socket: Socket
  private readonly listener: SocketIoListener
  private isOver = false

  constructor(options: SocketIoOptions) {
    const { signal, listener, url } = options
    this.listener = listener
    this.agent = new TappedAgent(options)
    this.number = this.agent.number
    const { origin, pathname } = new URL(url)
    const manager = new Manager(origin, {
      path: pathname === '/' ? '/socket.io' : pathname,
      transports: [options.transport],
      query: { ...options.query },
      extraHeaders: { ...options.headers },
      // The types know the agents of browsers only.
      agent: this.agent as never,
      // Compressed frames would hide from the scan what they hold.
      perMessageDeflate: false as never,
      upgrade: false,
      reconnection: false,
      timeout: false as never,
    })
    this.tellUnasked(manager as unknown as PacketSource, options.recorder)
    this.socket = manager.socket('/')
    const connected = this.listen(options.connectLimitMs)
    this.connected = connected
    const abort = () => this.destroy('aborted')
    signal.addEventListener('abort', abort, { once: true })
    this.closed = this.agent.closed.then((reason) => {
      signal.removeEventListener('abort', abort)
      this.endEvents()
      return reason
    })
    this.socket.connect()
    if (signal.aborted) abort()
  }

  get isOpen(): boolean {
    return this.socket.connected
  }

  /** Sends an event; what is sent over a connection that is gone is lost. */
  send(event: string, value: unknown): void {
    if (this.socket.connected) this.socket.emit(event, value)
  }

  /** Falls silent: nothing is read any more, so that no ping is answered either, and nothing is closed. */
  freeze(): void {
    this.agent.freeze()
    // The library would miss the server's pings, and close.
    clearTimeout((this.socket.io.engine as unknown as PingTimer | undefined)?._pingTimeoutTimer)
  }

  /** Ends at once, as when the client's process dies. */
  destroy(reason: GivenUp): void {
    this.agent.destroySockets(reason)
    this.socket.disconnect()
    this.endEvents()
  }

  /** Says goodbye and reads, with the scan, what still comes; at once after `limitMs`. */
  async close(limitMs: number): Promise<CloseReason> {
    this.socket.disconnect()
    const timer = setTimeout(() => this.destroy('abandoned'), limitMs)
    this.agent.endSoon()
    const reason = await this.closed
    clearTimeout(timer)
    return reason
  }

  /** The library drops in silence what answers no event, and what is of a namespace that this client is not in. */
  private tellUnasked(manager: PacketSource, recorder: Recorder): void {
    manager.on('packet', ({ type, nsp, data }) => {
      if (this.isOver || (nsp === '/' && type !== ack && type !== binaryAck)) return
      recorder.stray(this.number, Buffer.from(JSON.stringify(data ?? null)))
    })
  }

  private listen(limitMs: number): Promise<ConnectResult> {
    const { socket, agent } = this
    socket.onAny((name: string, value: unknown) => this.listener.event(name, value, agent.lastAtMs))
    socket.on('disconnect', (reason) => this.endEvents(reason === 'io server disconnect'))
    return new Promise((resolve) => {
      const limit = setTimeout(() => this.destroy('connect-timeout'), limitMs)
      const settle = (result: ConnectResult) => {
        clearTimeout(limit)
        resolve(result)
      }
      socket.once('connect', () => settle(undefined))
      socket.once('connect_error', (error: Error & { readonly type?: string }) => {
        if (error.type === undefined) settle({ refusal: error.message })
        // Without its engine nobody needs the sockets any more.
        else this.agent.endSoon()
      })
      void agent.closed.then((reason) => settle({ reason }))
    })
  }

  private endEvents(isDismissed = false): void {
    if (this.isOver) return
    this.isOver = true
    this.agent.endSoon()
    this.listener.ended(isDismissed)
  }
}
