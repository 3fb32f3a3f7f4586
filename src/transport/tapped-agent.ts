import { Agent, type ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import type { Recorder } from '../core/client.ts'
import type { CloseReason } from '../core/close-reason.ts'
import type { ConnectionFault, Strikable } from '../core/fault.ts'
import { closeReasonOf } from './close-reason-of.ts'
import { followResponse } from './follow-response.ts'
import { FrameReader } from './frame-reader.ts'
import { strikeSocket } from './strike-socket.ts'
import { TappedSocket } from './tapped-socket.ts'
import type { GivenUp } from './watch-socket.ts'

export interface TapOptions {
  readonly recorder: Recorder
  readonly role: string
  readonly epoch?: number
}

interface Tapped {
  readonly socket: Socket
  readonly number: number
  readonly frames: FrameReader
  reason: CloseReason | undefined
  /** No request is under way: whatever comes belongs to none. */
  isIdle: boolean
  isClosed: boolean
}

/** What Node's agent does with each request; other agents have the same method. */
interface RequestAdder {
  addRequest(request: ClientRequest, ...rest: readonly unknown[]): void
}

/**
 * The sockets of one simulated client's HTTP requests and WebSockets. It makes each socket itself and hands every inbound
 * chunk to the recorder before whoever uses the socket sees it.
 */
export class TappedAgent extends Agent implements Strikable {
  /** Of the first socket, and so of the whole connection. */
  readonly number: number
  /** When the last bytes came. */
  lastAtMs: number
  /** Resolves when no socket is left and none is wanted any more, with how the first one ended. */
  readonly closed: Promise<CloseReason>
  private readonly tap: TapOptions
  private readonly tapped = new Set<Tapped>()
  private conclude: (reason: CloseReason) => void = () => {}
  private firstReason: CloseReason | undefined
  private givenUp: GivenUp | undefined
  private made = 0
  private isFrozen = false
  private isEnding = false
  private isSettled = false

  constructor(tap: TapOptions) {
    super({ keepAlive: true })
    this.tap = tap
    this.number = tap.recorder.opened(tap.role, tap.epoch, this)
    this.lastAtMs = tap.recorder.now()
    this.closed = new Promise((resolve) => {
      this.conclude = resolve
    })
  }

  override createConnection(options: { host?: string; port?: number | string }): Socket {
    const { recorder, role, epoch } = this.tap
    const isFirst = ++this.made === 1
    const number = isFirst ? this.number : recorder.opened(role, epoch)
    const socket: Socket = new TappedSocket({ scan: (chunk) => this.scan(tapped, chunk) })
    const frames = new FrameReader((content, how) => this.takeContent(tapped, content, how))
    const tapped: Tapped = { socket, number, frames, reason: undefined, isIdle: false, isClosed: false }
    socket.connect({ host: options.host ?? '', port: Number(options.port), noDelay: true })
    this.tapped.add(tapped)
    if (!isFirst) recorder.complete(recorder.invoke(number, 'open-socket', null), 'ok', null)
    this.watch(tapped)
    if (this.givenUp !== undefined) socket.destroy(createGivenUpError())
    if (this.isFrozen) socket.pause()
    return socket
  }

  /** Each request passes here, and with it the answer, without its chunks. */
  addRequest(request: ClientRequest, ...rest: readonly unknown[]): void {
    request.once('response', (response) => {
      const tapped = this.find(request.socket)
      if (tapped) followResponse(response, (content, how) => this.takeContent(tapped, content, how))
    })
    const { addRequest } = Agent.prototype as unknown as RequestAdder
    addRequest.call(this, request, ...rest)
  }

  freeze(): void {
    this.isFrozen = true
    for (const { socket } of this.tapped) socket.pause()
  }

  destroySockets(reason: GivenUp): void {
    this.givenUp ??= reason
    this.isEnding = true
    for (const tapped of this.tapped) {
      tapped.reason ??= reason
      tapped.socket.destroy(createGivenUpError())
    }
    this.settle()
  }

  /** No more sockets are wanted: those that idle between requests are closed, the others end by themselves. */
  endSoon(): void {
    if (this.isEnding) return
    this.isEnding = true
    // What was written in this turn is still to leave.
    setImmediate(() => {
      for (const idle of Object.values(this.freeSockets).flat()) idle?.destroy()
      this.settle()
    })
  }

  override keepSocketAlive(socket: Socket): boolean {
    // Node's types do not say that it answers.
    const isKept = !this.isEnding && (super.keepSocketAlive(socket) as unknown as boolean)
    const tapped = this.find(socket)
    if (tapped) tapped.isIdle = isKept
    return isKept
  }

  override reuseSocket(socket: Socket, request: ClientRequest): void {
    const tapped = this.find(socket)
    if (tapped) tapped.isIdle = false
    super.reuseSocket(socket, request)
  }

  private find(socket: Socket | null): Tapped | undefined {
    for (const tapped of this.tapped) if (tapped.socket === socket) return tapped
    return undefined
  }

  private scan(tapped: Tapped, chunk: Buffer): void {
    const { recorder } = this.tap
    this.lastAtMs = recorder.bytes(tapped.number, chunk)
    tapped.frames.follow(chunk)
    if (!tapped.isIdle) return
    recorder.stray(tapped.number, chunk)
    // Node would keep it and take it for the answer to the next request.
    tapped.reason ??= 'dropped'
    tapped.socket.destroy()
  }

  private takeContent({ number, isClosed }: Tapped, content: Buffer, how: string): void {
    if (!isClosed && !this.isSettled) this.tap.recorder.decoded(number, content, how)
  }

  /** Of the recorder: all sockets at once are struck, and each records it. */
  strike(fault: ConnectionFault): boolean {
    const { recorder } = this.tap
    let isStruck = false
    for (const tapped of this.tapped) {
      const { socket, number } = tapped
      const noteBreak = () => {
        tapped.reason ??= 'dropped'
      }
      isStruck = strikeSocket({ socket, recorder, number, noteBreak, error: createGivenUpError() }, fault) || isStruck
    }
    return isStruck
  }

  private watch(tapped: Tapped): void {
    const { socket, number } = tapped
    const { recorder } = this.tap
    socket.on('error', (error: NodeJS.ErrnoException) => {
      tapped.reason ??= closeReasonOf(error.code)
    })
    socket.once('close', () => {
      tapped.frames.end()
      tapped.isClosed = number !== this.number
      this.tapped.delete(tapped)
      const reason = tapped.reason ?? this.givenUp ?? 'ended'
      // The first number stands for the whole connection, which may go on over other sockets.
      if (number === this.number) this.firstReason = reason
      else recorder.closed(number, reason)
      this.settle()
    })
  }

  private settle(): void {
    if (this.tapped.size > 0 || !this.isEnding) return
    if (this.isSettled) return
    this.isSettled = true
    const reason = this.givenUp ?? this.firstReason ?? 'ended'
    this.tap.recorder.closed(this.number, reason)
    this.conclude(reason)
  }
}

/** With a code of its own: a request whose kept-alive socket is reset is sent again by XMLHttpRequest, for ever. */
function createGivenUpError(): Error {
  return Object.assign(new Error('the connection was given up'), { code: 'ECONNABORTED' })
}
