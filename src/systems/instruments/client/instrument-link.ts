import type { Recorder } from '../../../core/client.ts'
import { abortedCode } from '../../../core/event.ts'
import type { Json } from '../../../core/json.ts'
import { type ConnectResult, SocketIoConnection, type SocketIoOptions } from '../../../transport/socketio-connection.ts'
import type { Role } from '../workload/event-values.ts'
import { describeEvent } from './describe-event.ts'
import { codeOfReason, completeOperation, type OutcomeCode } from './outcome-codes.ts'

export interface LinkOptions
  extends Pick<SocketIoOptions, 'url' | 'query' | 'headers' | 'transport' | 'connectLimitMs' | 'recorder' | 'signal'> {
  readonly role: Role
  readonly epoch?: number
  /** A refusal, in whatever way, is expected: then no operation fails. */
  readonly mayBeRefused?: boolean
  /** Told of every event that answers nothing, after it was recorded. */
  readonly noticed?: (name: string, value: unknown) => void
  /** The connection has ended, by whatever side. */
  readonly ended?: () => void
}

/** A request, and what answers it. */
export interface Ask {
  readonly operation: string
  /** What the history keeps of the request. */
  readonly value: Json
  /** Undefined: nothing is sent, the answer comes by itself. */
  readonly send?: { readonly event: string; readonly value: unknown }
  /** Events of which the first ends the operation. */
  readonly answers: readonly string[]
  /** Whether an event of that name is the answer to this request; where absent, it is. */
  readonly accepts?: (value: Json) => boolean
  /** Counts from the moment when the connection stands. */
  readonly limitMs: number
  /** Not every server answers this: without an answer it ends well, with null. */
  readonly isOptional?: boolean
}

interface Pending extends Ask {
  readonly operationId: number
  limit: NodeJS.Timeout | undefined
  readonly settle: (answer: Json | undefined) => void
}

/** What the first of a connection may say before anybody has asked for anything; it is the greeting, and no data. */
const greetings: Readonly<Record<string, (value: Json) => boolean>> = {
  session_info: (value) => (value as { userId?: Json }).userId === null,
  agent_status: (value) => {
    const { connected, userId } = value as { connected?: Json; userId?: Json }
    return connected === false && userId === null
  },
}

/** How long a server may take to end a connection that was ended from here. */
const closeLimitMs = 2000

/** One connection of a pair. What comes is recorded once: as the answer to a request, or as a delivery. */
export class InstrumentLink {
  private readonly options: LinkOptions
  private readonly recorder: Recorder
  private readonly connection: SocketIoConnection
  private readonly pending: Pending[] = []
  private readonly greeted = new Set<string>()
  private hasEnded = false
  private isStanding = false
  private isLeaving = false
  /** The server has ended the connection and said so. */
  isDismissed = false

  constructor(options: LinkOptions) {
    this.options = options
    this.recorder = options.recorder
    const listener = {
      event: (name: string, value: unknown, atMs: number) => this.take(name, value, atMs),
      ended: (isDismissed: boolean) => this.end(isDismissed),
    }
    this.connection = new SocketIoConnection({ ...options, listener })
  }

  get number(): number {
    return this.connection.number
  }

  get isOpen(): boolean {
    return this.connection.isOpen && !this.hasEnded
  }

  /** Resolves when the connection stands or never will. */
  async open(): Promise<ConnectResult> {
    const operationId = this.recorder.invoke(this.number, 'connect', null)
    const result = await this.connection.connected
    const refused = this.options.mayBeRefused ? undefined : 'refused'
    const code = result && ('refusal' in result ? refused : codeOfReason(result.reason))
    completeOperation(this.recorder, operationId, code, null)
    if (result === undefined) this.stand()
    else if ('refusal' in result) this.drop()
    return result
  }

  /** Resolves with what the history keeps of the answer; undefined where none came, null where none needs to. */
  ask(request: Ask): Promise<Json | undefined> {
    const { recorder } = this
    const operationId = recorder.invoke(this.number, request.operation, request.value)
    return new Promise((settle) => {
      if (this.hasEnded || (request.send && !this.isOpen)) {
        completeOperation(recorder, operationId, 'connection-lost')
        settle(undefined)
        return
      }
      const pending: Pending = { ...request, operationId, limit: undefined, settle }
      this.pending.push(pending)
      if (this.isStanding) this.limit(pending)
      if (request.send) this.connection.send(request.send.event, request.send.value)
    })
  }

  /** Sends what nothing answers. */
  send(event: string, value: unknown): void {
    this.connection.send(event, value)
  }

  freeze(): void {
    this.connection.freeze()
  }

  drop(): void {
    this.connection.destroy('dropped')
  }

  /** Ends it on purpose: that what is under way finds no answer is nobody's failure. */
  leave(): void {
    this.isLeaving = true
    this.drop()
  }

  async close(): Promise<void> {
    await this.connection.close(closeLimitMs)
  }

  private stand(): void {
    this.isStanding = true
    for (const pending of this.pending) this.limit(pending)
  }

  private limit(pending: Pending): void {
    pending.limit = setTimeout(() => this.giveUp(pending, 'answer-timeout'), pending.limitMs)
  }

  private take(name: string, value: unknown, atMs: number): void {
    const described = describeEvent(name, value)
    const index = this.pending.findIndex(
      ({ answers, accepts }) => answers.includes(name) && (accepts === undefined || accepts(described)),
    )
    const [answered] = index < 0 ? [] : this.pending.splice(index, 1)
    if (answered) {
      clearTimeout(answered.limit)
      completeOperation(this.recorder, answered.operationId, undefined, described, atMs)
      answered.settle(described)
      return
    }
    if (!this.greeted.has(name) && greetings[name]?.(described)) {
      this.greeted.add(name)
      return
    }
    this.recorder.deliver(this.number, name, described, { atMs })
    this.options.noticed?.(name, value)
  }

  private giveUp(pending: Pending, code: OutcomeCode): void {
    const index = this.pending.indexOf(pending)
    if (index < 0) return
    this.pending.splice(index, 1)
    clearTimeout(pending.limit)
    const isWell = code === 'answer-timeout' ? pending.isOptional : code !== abortedCode && this.options.mayBeRefused
    completeOperation(this.recorder, pending.operationId, isWell ? undefined : code)
    pending.settle(isWell ? null : undefined)
  }

  private end(isDismissed: boolean): void {
    this.hasEnded = true
    this.isDismissed = isDismissed
    const code = this.options.signal.aborted || this.isLeaving ? abortedCode : 'connection-lost'
    for (const pending of [...this.pending]) this.giveUp(pending, code)
    this.options.ended?.()
  }
}
