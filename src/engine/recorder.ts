import { createOwnershipScan, type OwnershipScan } from '../check/ownership-scan.ts'
import type { Recorder } from '../core/client.ts'
import { type Clock, roundToMicroseconds } from '../core/clock.ts'
import type { Mark, Observer } from '../core/event.ts'
import type { RunKey } from '../core/marker.ts'
import type { ClientIndex } from '../core/plan.ts'

/** How many of the first bytes of a stray chunk are kept as evidence. */
const excerptBytes = 64

interface ConnectionState {
  readonly scan: OwnershipScan
  bytesIn: number
  /** Seen since the last `marks` event. */
  unreportedBytes: number
  unreportedOwn: number
}

/** Turns what one client tells into its events. */
export function createRecorder(client: ClientIndex, clock: Clock, runKey: RunKey, observer: Observer): Recorder {
  const connections = new Map<number, ConnectionState>()
  const operations = new Map<number, { operation: string; connection: number }>()
  let lastOperationId = 0
  let lastConnection = 0
  const now = () => clock.now()

  function reportMarks(connection: number, state: ConnectionState, atMs: number, foreign: readonly Mark[]): void {
    if (state.unreportedBytes === 0) return
    const { unreportedBytes: bytes, unreportedOwn: own } = state
    observer.observe({ type: 'marks', client, connection, atMs, bytes, own, foreign })
    state.unreportedBytes = 0
    state.unreportedOwn = 0
  }

  function requireConnection(connection: number): ConnectionState {
    const state = connections.get(connection)
    if (!state) throw new Error(`client ${client} has no open connection ${connection}`)
    return state
  }

  function observeBytes(connection: number, chunk: Uint8Array, atMs: number): void {
    const state = requireConnection(connection)
    const seen = state.scan.scan(chunk)
    state.bytesIn += chunk.length
    state.unreportedBytes += chunk.length
    state.unreportedOwn += seen.own
    if (seen.foreign.length > 0) reportMarks(connection, state, atMs, seen.foreign)
  }

  return {
    now,
    opened(role, epoch = 0) {
      const connection = ++lastConnection
      const scan = createOwnershipScan(runKey, client, epoch)
      connections.set(connection, { scan, bytesIn: 0, unreportedBytes: 0, unreportedOwn: 0 })
      observer.observe({ type: 'opened', client, connection, atMs: now(), role, epoch })
      return connection
    },
    bytes(connection, chunk) {
      const atMs = now()
      observeBytes(connection, chunk, atMs)
      return atMs
    },
    closed(connection, reason) {
      const state = connections.get(connection)
      if (!state) return
      connections.delete(connection)
      const atMs = now()
      reportMarks(connection, state, atMs, [])
      observer.observe({ type: 'closed', client, connection, atMs, reason, bytesIn: state.bytesIn })
    },
    invoke(connection, operation, value, scheduledAtMs) {
      const operationId = ++lastOperationId
      operations.set(operationId, { operation, connection })
      const atMs = now()
      const scheduled = scheduledAtMs === undefined ? atMs : roundToMicroseconds(scheduledAtMs)
      const common = { client, connection, atMs, operation, operationId, value }
      observer.observe({ type: 'invocation', ...common, scheduledAtMs: scheduled })
      return operationId
    },
    complete(operationId, outcome, value, details) {
      const started = operations.get(operationId)
      if (!started) throw new Error(`client ${client} completes operation ${operationId}, which is not under way`)
      operations.delete(operationId)
      const common = { type: 'completion', client, operationId, outcome, value, ...started } as const
      const atMs = details?.atMs ?? now()
      const errorCode = details?.errorCode
      observer.observe(errorCode === undefined ? { ...common, atMs } : { ...common, atMs, errorCode })
    },
    deliver(connection, channel, value, details = {}) {
      const { atMs = now(), ...cause } = details
      observer.observe({ type: 'delivery', client, connection, atMs, channel, value, ...cause })
    },
    fault(connection, fault, value) {
      observer.observe({ type: 'fault', client, connection, atMs: now(), fault, value })
    },
    stray(connection, chunk) {
      const excerpt = Buffer.from(chunk.subarray(0, excerptBytes)).toString('hex')
      observer.observe({ type: 'stray-bytes', client, connection, atMs: now(), bytes: chunk.length, excerpt })
    },
  }
}
