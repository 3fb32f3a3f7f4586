import type { Recorder } from '../../src/core/client.ts'
import type { RunEvent } from '../../src/core/event.ts'
import type { ClientIndex } from '../../src/core/plan.ts'

export interface EventList {
  readonly events: RunEvent[]
  readonly recorder: Recorder
  /** All inbound bytes of a connection, in order. */
  received(connection: number): Buffer
  /** What was scanned again after decoding: how it had been coded, and what it holds. */
  readonly decoded: (readonly [how: string, content: string])[]
}

/** Records one client's events in memory, and refuses what a recorder must never be told. */
export function createEventList(client = 0): EventList {
  const events: RunEvent[] = []
  const inbound = new Map<number, Buffer[]>()
  const open = new Map<number, string>()
  const decoded: [string, string][] = []
  let connections = 0
  let operations = 0
  const common = (connection: number, atMs = performance.now()) => ({ client: client as ClientIndex, connection, atMs })
  const recorder: Recorder = {
    now: () => performance.now(),
    opened(role, epoch = 0) {
      inbound.set(++connections, [])
      events.push({ type: 'opened', role, epoch, ...common(connections) })
      return connections
    },
    bytes(connection, chunk) {
      const chunks = inbound.get(connection)
      if (!chunks || isClosed(connection)) throw new Error(`bytes on connection ${connection}, which is not open`)
      chunks.push(Buffer.from(chunk))
      return performance.now()
    },
    decoded(connection, content, how) {
      if (!inbound.has(connection) || isClosed(connection)) throw new Error(`connection ${connection} is not open`)
      decoded.push([how, Buffer.from(content).toString()])
    },
    closed(connection, reason) {
      if (isClosed(connection)) throw new Error(`connection ${connection} is closed twice`)
      const bytesIn = Buffer.concat(inbound.get(connection) ?? []).length
      events.push({ type: 'closed', reason, bytesIn, ...common(connection) })
    },
    invoke(connection, operation, value, scheduledAtMs = performance.now()) {
      const operationId = ++operations
      open.set(operationId, operation)
      events.push({ type: 'invocation', operation, operationId, scheduledAtMs, value, ...common(connection) })
      return operationId
    },
    complete(operationId, outcome, value, { errorCode, atMs } = {}) {
      const operation = open.get(operationId)
      if (operation === undefined) throw new Error(`operation ${operationId} is not under way`)
      open.delete(operationId)
      const invocation = events.find((event) => event.type === 'invocation' && event.operationId === operationId)
      const connection = invocation && 'connection' in invocation ? invocation.connection : 0
      const completion = { type: 'completion', operation, operationId, outcome, value } as const
      events.push({ ...completion, ...common(connection, atMs), ...(errorCode === undefined ? {} : { errorCode }) })
    },
    deliver(connection, channel, value, { atMs, ...cause } = {}) {
      events.push({ type: 'delivery', channel, value, ...cause, ...common(connection, atMs) })
    },
    fault(connection, fault, value) {
      events.push({ type: 'fault', fault, value, ...common(connection) })
    },
    stray(connection, chunk) {
      const excerpt = Buffer.from(chunk).subarray(0, 64).toString('hex')
      events.push({ type: 'stray-bytes', bytes: chunk.length, excerpt, ...common(connection) })
    },
  }
  const isClosed = (connection: number) =>
    events.some((event) => event.type === 'closed' && event.connection === connection)
  return { events, recorder, decoded, received: (connection) => Buffer.concat(inbound.get(connection) ?? []) }
}
