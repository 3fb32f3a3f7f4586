import { setImmediate as readArrived } from 'node:timers/promises'
import type { Recorder } from '../../../core/client.ts'
import type { Json } from '../../../core/json.ts'
import type { GatewayLink } from './gateway-link.ts'
import { completeOperation, type OutcomeCode } from './outcome-codes.ts'
import type { FrameSender } from './send-dataset.ts'

export interface AskedFrame {
  readonly operation: string
  readonly value: Json
  readonly bytes: Uint8Array
  readonly limitMs: number
  /** The operation is well also when the server answers ERROR; the completion says what it answered. */
  readonly anyAnswer?: boolean
}

/**
 * Sends a frame as an operation of its own and waits for its answer. The bytes of the `acknowledged` dialect would
 * let a client send on without waiting, since answers come in order; the documented client never does, servers may
 * count on it, and neither does this one.
 */
export async function askFrame(
  link: GatewayLink,
  recorder: Recorder,
  frame: AskedFrame,
): Promise<OutcomeCode | undefined> {
  const operationId = recorder.invoke(link.connection.number, frame.operation, frame.value)
  const reply = await link.ask('answer', frame.bytes, frame.limitMs)
  if ('code' in reply) {
    completeOperation(recorder, operationId, reply.code)
    return reply.code
  }
  const { ok } = reply.answer
  // A server that refuses a frame as well-formed as the first has no room: it has seen nothing else of this client.
  const refusal = link.isServed ? 'server-error' : 'max-clients-reached'
  const code = ok || frame.anyAnswer ? undefined : refusal
  link.isServed ||= ok
  completeOperation(recorder, operationId, code, frame.anyAnswer ? { ok } : null, reply.atMs)
  return code
}

/** Each frame waits for its answer. With `repeatEnds` the end of every kind is sent twice, to provoke. */
export function createAskingSender(
  link: GatewayLink,
  recorder: Recorder,
  limitMs: number,
  repeatEnds: boolean,
): FrameSender {
  const ask = (frame: Omit<AskedFrame, 'limitMs'>) => askFrame(link, recorder, { ...frame, limitMs })
  return {
    batch: ({ kind, rows }, bytes) => ask({ operation: 'batch', value: { kind, rows: rows.length }, bytes }),
    async end(kind, bytes) {
      const failure = await ask({ operation: 'end-of-kind', value: { kind }, bytes })
      if (failure || !repeatEnds) return failure
      recorder.fault(link.connection.number, 'duplicate-end', { kind })
      return ask({ operation: 'duplicate-end', value: { kind }, bytes, anyAnswer: true })
    },
  }
}

/**
 * Nothing is answered before the upload has ended; only the server's reading slows this down. A server that has no
 * room says so and resets at once, and a write after that loses what it said: what has come is read before each write.
 */
export function createStreamingSender(link: GatewayLink, limitMs: number): FrameSender {
  async function send(bytes: Uint8Array): Promise<OutcomeCode | undefined> {
    await readArrived()
    if (!link.isSettled) await link.send(bytes, limitMs)
    if (!link.isSettled) return undefined
    return link.failure ?? 'early-answer'
  }
  return { batch: (_batch, bytes) => send(bytes), end: (_kind, bytes) => send(bytes) }
}
