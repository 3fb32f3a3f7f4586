import { createOwnershipScan, type OwnershipScan, type ScanResult, type ScanSettings } from '../check/ownership-scan.ts'
import type { Recorder } from '../core/client.ts'
import { type Clock, roundToMicroseconds } from '../core/clock.ts'
import type { CloseReason } from '../core/close-reason.ts'
import type { Completion, Delivery, Mark, Observer, Outcome } from '../core/event.ts'
import type { Strikable } from '../core/fault.ts'
import { InFlight } from '../core/in-flight.ts'
import type { Json } from '../core/json.ts'
import type { ClientIndex, PlannedStrike } from '../core/plan.ts'
import type { StrikableClient } from './strike-clients.ts'
import type { HaltWatch } from './watch-halts.ts'

/** How many of the first bytes of a stray chunk are kept as evidence. */
const excerptBytes = 64

interface ConnectionState {
  readonly scan: OwnershipScan
  readonly role: string
  readonly strikable: Strikable | undefined
  bytesIn: number
  /** Seen since the last `marks` event. */
  unreportedBytes: number
  unreportedDeepBytes: number
  unreportedDecodedBytes: number
  unreportedOwn: number
}

interface StartedOperation {
  readonly operation: string
  readonly connection: number
  readonly atMs: number
}

/** Turns what one client tells into its events. */
export function createRecorder(
  client: ClientIndex,
  clock: Clock,
  scanning: ScanSettings,
  observer: Observer,
  halts: Pick<HaltWatch, 'haltedMs'>,
): Recorder & StrikableClient {
  return new ClientRecorder(client, clock, scanning, observer, halts)
}

/** Shorter operations are not looked at: nobody takes so short a time for a server's being slow. */
const leastWatchedMs = 50

/** There are as many as clients, so that these are a class and events of one type have one shape. */
class ClientRecorder implements Recorder, StrikableClient {
  private readonly client: ClientIndex
  private readonly clock: Clock
  private readonly scanning: ScanSettings
  private readonly observer: Observer
  private readonly halts: Pick<HaltWatch, 'haltedMs'>
  private readonly connections = new InFlight<ConnectionState>()
  private readonly operations = new InFlight<StartedOperation>()
  private lastConnection = 0
  private lastOperationId = 0

  constructor(
    client: ClientIndex,
    clock: Clock,
    scanning: ScanSettings,
    observer: Observer,
    halts: Pick<HaltWatch, 'haltedMs'>,
  ) {
    this.halts = halts
    this.client = client
    this.clock = clock
    this.scanning = scanning
    this.observer = observer
  }

  now(): number {
    return this.clock.now()
  }

  opened(role: string, epoch = 0, strikable?: Strikable): number {
    const { client } = this
    const connection = ++this.lastConnection
    this.connections.add(connection, {
      scan: createOwnershipScan(this.scanning, client, epoch),
      role,
      strikable,
      bytesIn: 0,
      unreportedBytes: 0,
      unreportedDeepBytes: 0,
      unreportedDecodedBytes: 0,
      unreportedOwn: 0,
    })
    this.observer.observe({ type: 'opened', client, connection, atMs: this.now(), role, epoch })
    return connection
  }

  bytes(connection: number, chunk: Uint8Array): number {
    const atMs = this.now()
    const state = this.stateOf(connection)
    state.bytesIn += chunk.length
    state.unreportedBytes += chunk.length
    this.takeSeen(connection, state, atMs, state.scan.scan(chunk, atMs))
    return atMs
  }

  decoded(connection: number, content: Uint8Array, how: string): void {
    const atMs = this.now()
    const state = this.stateOf(connection)
    state.unreportedDecodedBytes += content.length
    this.takeSeen(connection, state, atMs, state.scan.scanDecoded(content, how, atMs))
  }

  closed(connection: number, reason: CloseReason): void {
    const { client } = this
    const state = this.connections.take(connection)
    if (!state) return
    const atMs = this.now()
    this.takeSeen(connection, state, atMs, state.scan.end())
    this.reportMarks(connection, state, atMs, [])
    this.observer.observe({ type: 'closed', client, connection, atMs, reason, bytesIn: state.bytesIn })
  }

  invoke(connection: number, operation: string, value: Json, scheduledAtMs?: number): number {
    const { client } = this
    const operationId = ++this.lastOperationId
    const atMs = this.now()
    this.operations.add(operationId, { operation, connection, atMs })
    const scheduled = scheduledAtMs === undefined ? atMs : roundToMicroseconds(scheduledAtMs)
    this.observer.observe({
      type: 'invocation',
      client,
      connection,
      atMs,
      operation,
      operationId,
      scheduledAtMs: scheduled,
      value,
    })
    return operationId
  }

  complete(operationId: number, outcome: Outcome, value: Json, details?: { errorCode?: string; atMs?: number }): void {
    const { client } = this
    const started = this.operations.take(operationId)
    if (!started) throw new Error(`client ${client} completes operation ${operationId}, which is not under way`)
    const { operation, connection } = started
    const atMs = details?.atMs ?? this.now()
    const errorCode = details?.errorCode
    const completion: Completion = {
      type: 'completion',
      client,
      connection,
      atMs,
      operation,
      operationId,
      outcome,
      value,
    }
    const tookMs = atMs - started.atMs
    const haltedMs = tookMs < leastWatchedMs ? 0 : roundToMicroseconds(this.halts.haltedMs(started.atMs, atMs))
    if (errorCode === undefined && haltedMs === 0) this.observer.observe(completion)
    else {
      const details = { ...(errorCode !== undefined && { errorCode }), ...(haltedMs > 0 && { haltedMs }) }
      this.observer.observe({ ...completion, ...details })
    }
  }

  deliver(
    connection: number,
    channel: string,
    value: Json,
    details?: { atMs?: number; causeId?: number; expectedAtMs?: number },
  ): void {
    const { client } = this
    const atMs = details?.atMs ?? this.now()
    const delivery: Delivery = { type: 'delivery', client, connection, atMs, channel, value }
    const causeId = details?.causeId
    const expectedAtMs = details?.expectedAtMs
    // Most are neither caused nor expected, and there are very many of them.
    if (causeId === undefined && expectedAtMs === undefined) this.observer.observe(delivery)
    else {
      const cause = { ...(causeId !== undefined && { causeId }), ...(expectedAtMs !== undefined && { expectedAtMs }) }
      this.observer.observe({ ...delivery, ...cause })
    }
  }

  fault(connection: number, fault: string, value: Json): void {
    this.observer.observe({ type: 'fault', client: this.client, connection, atMs: this.now(), fault, value })
  }

  strike(fault: PlannedStrike): void {
    for (const { role, strikable } of this.connections.list()) {
      if (fault.role === undefined || fault.role === role) strikable?.strike(fault)
    }
  }

  stray(connection: number, chunk: Uint8Array): void {
    const { client } = this
    const excerpt = Buffer.from(chunk.subarray(0, excerptBytes)).toString('hex')
    this.observer.observe({ type: 'stray-bytes', client, connection, atMs: this.now(), bytes: chunk.length, excerpt })
  }

  private stateOf(connection: number): ConnectionState {
    const state = this.connections.get(connection)
    if (!state) throw new Error(`client ${this.client} has no open connection ${connection}`)
    return state
  }

  private takeSeen(connection: number, state: ConnectionState, atMs: number, seen: ScanResult): void {
    state.unreportedDeepBytes += seen.deepBytes
    state.unreportedOwn += seen.own
    if (seen.foreign.length > 0) this.reportMarks(connection, state, atMs, seen.foreign)
  }

  private reportMarks(connection: number, state: ConnectionState, atMs: number, foreign: readonly Mark[]): void {
    const { unreportedBytes: bytes, unreportedDeepBytes: deepBytes, unreportedDecodedBytes: decodedBytes } = state
    const { unreportedOwn: own } = state
    if (bytes === 0 && decodedBytes === 0 && foreign.length === 0) return
    const { client } = this
    this.observer.observe({ type: 'marks', client, connection, atMs, bytes, deepBytes, decodedBytes, own, foreign })
    state.unreportedBytes = 0
    state.unreportedDeepBytes = 0
    state.unreportedDecodedBytes = 0
    state.unreportedOwn = 0
  }
}
