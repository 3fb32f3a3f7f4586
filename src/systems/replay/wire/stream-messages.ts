import { type Fields, parseFields, readFields, stringOf } from './json-object.ts'
import type { SnapshotJson } from './snapshot.ts'
import { SnapshotReader } from './snapshot-reader.ts'

/** What a server says that computes all derived numbers as `params/market-formulas.ts` has it. */
export const formulasName = 'mcsim/1'

/** A message of the stream, as a viewer gets it. */
export type StreamMessage =
  | {
      readonly type: 'history'
      readonly snapshots: readonly SnapshotJson[]
      readonly sessionId: string | undefined
      /** By whose formulas the derived numbers are computed, where the server says it. */
      readonly formulas: string | undefined
    }
  | { readonly type: 'snapshot'; readonly snapshot: SnapshotJson }
  | { readonly type: 'error'; readonly message: string }
  /** Of a type that is not known: heartbeats, acknowledgements of orders, statistics. */
  | { readonly type: 'other'; readonly name: string; readonly sessionId: string | undefined }

const reader = new SnapshotReader()
const snapshotMessage: StreamMessage = { type: 'snapshot', snapshot: reader }

/**
 * As `parseStreamMessage`, from the bytes of a message. Most are snapshots: their message is always the same object, which is
 * valid until the next call.
 */
export function readStreamMessage(bytes: Buffer): StreamMessage | undefined {
  return reader.read(bytes) ? snapshotMessage : parseStreamMessage(bytes.toString())
}

/** Undefined: no message of this protocol. Snapshots may come bare, with their type, or wrapped in `data`. */
export function parseStreamMessage(text: string): StreamMessage | undefined {
  const fields = parseFields(text)
  if (!fields) return undefined
  const { type } = fields
  if (type === undefined || type === 'snapshot') return readSnapshotMessage(fields)
  if (type === 'history') return readHistory(fields)
  if (type === 'error' || fields['status'] === 'error') {
    return { type: 'error', message: stringOf(fields['message']) ?? stringOf(fields['error']) ?? '' }
  }
  return typeof type === 'string' ? { type: 'other', name: type, sessionId: stringOf(fields['session_id']) } : undefined
}

function readSnapshotMessage(fields: Fields): StreamMessage | undefined {
  const snapshot = unwrap(fields)
  if (snapshot) return { type: 'snapshot', snapshot }
  if (fields['error'] !== undefined) return { type: 'error', message: String(fields['error']) }
  return undefined
}

function readHistory(fields: Fields): StreamMessage | undefined {
  const { data } = fields
  if (!Array.isArray(data)) return undefined
  const snapshots = data.map(unwrap)
  if (!snapshots.every((snapshot) => snapshot !== undefined)) return undefined
  return {
    type: 'history',
    snapshots,
    sessionId: stringOf(fields['session_id']),
    formulas: stringOf(fields['formulas']),
  }
}

/** What a wrapped snapshot says of its session may stand beside it, as well as in it. */
function unwrap(value: unknown): SnapshotJson | undefined {
  if (isSnapshot(value)) return value
  const fields = readFields(value)
  const data = readFields(fields?.['data'])
  return data && isSnapshot(data) ? { ...fields, ...data } : undefined
}

/** Levels are not looked into: a book of this kind comes four times a second for each viewer. */
function isSnapshot(value: unknown): value is SnapshotJson & Fields {
  const fields = readFields(value)
  return (
    fields !== undefined &&
    Array.isArray(fields['bids']) &&
    Array.isArray(fields['asks']) &&
    fields['timestamp'] !== undefined
  )
}

export function encodeHistory(snapshots: readonly SnapshotJson[], sessionId: string): string {
  return JSON.stringify({ type: 'history', data: snapshots, session_id: sessionId, formulas: formulasName })
}

export const encodeSnapshot = (snapshot: SnapshotJson) => JSON.stringify({ type: 'snapshot', ...snapshot })

export type Side = 'BUY' | 'SELL'

/** What a viewer sends over its stream in SIMULATION. */
export interface Order {
  readonly side: Side
  readonly quantity: number
}

export const encodeOrder = ({ side, quantity }: Order) => JSON.stringify({ type: 'ORDER', side, quantity })

/** Undefined: no order. */
export function parseOrder(text: string): Order | undefined {
  const { type, side, quantity } = parseFields(text) ?? {}
  const isOrder = type === 'ORDER' && (side === 'BUY' || side === 'SELL')
  return isOrder && typeof quantity === 'number' && quantity > 0 ? { side, quantity } : undefined
}
