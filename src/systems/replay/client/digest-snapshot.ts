import { type Level, readMode, type SnapshotJson } from '../wire/snapshot.ts'
import type { SnapshotValue } from '../workload/event-values.ts'
import { tracesPerUnit } from '../workload/order-traces.ts'
import { readTime } from './read-time.ts'

export type SnapshotDraft = { -readonly [Key in keyof SnapshotValue]: SnapshotValue[Key] }

/** What a snapshot is looked at with. */
export interface Viewed {
  /** The viewer's own session; undefined where nothing has named it yet. */
  readonly name: string | undefined
  /** Its mode, for servers that do not say it with each snapshot. */
  readonly mode: string | undefined
  /** The server promises that orders show in the volumes of a simulated market, and nothing else that is not whole. */
  readonly showsOrders: boolean
}

/**
 * What the history keeps of a snapshot, but for what is computed anew from it. Undefined where it has no time: then it is no
 * snapshot.
 */
export function digestSnapshot(snapshot: SnapshotJson, viewed: Viewed): SnapshotDraft | undefined {
  const atMs = readTime(snapshot.timestamp)
  if (atMs === undefined) return undefined
  const book = mixSide(mixSide(0, snapshot.bids), snapshot.asks)
  const { seq, symbol, session_id: named, dropped = 0 } = snapshot
  const mode = readMode(snapshot.mode)
  const isOwn = named !== undefined && (viewed.name === undefined || named === viewed.name)
  const isUsual = typeof named === 'string' && isOwn && typeof seq === 'number' && typeof symbol === 'string'
  // Nearly all are like this, and an object to which one thing after the other is added takes several times as long.
  if (isUsual && mode !== undefined && mode !== 'SIMULATION' && dropped === 0)
    return { atMs, book, seq, symbol, mode, own: true }
  const value: SnapshotDraft = { atMs, book }
  if (typeof seq === 'number') value.seq = seq
  if (typeof symbol === 'string') value.symbol = symbol
  if (mode !== undefined) value.mode = mode
  if (typeof named === 'string') {
    if (isOwn) value.own = true
    else value.foreignSession = named
  }
  if (typeof dropped === 'number' && dropped > 0) value.dropped = dropped
  if (viewed.showsOrders && (mode ?? viewed.mode) === 'SIMULATION') {
    value.bidTrace = traceIn(snapshot.bids)
    value.askTrace = traceIn(snapshot.asks)
  }
  return value
}

/** What orders leave behind the point of the volume at the best level. */
function traceIn(side: readonly Level[]): number {
  const volume = side[0]?.[1]
  return typeof volume === 'number' ? Math.round((volume - Math.floor(volume)) * tracesPerUnit) % tracesPerUnit : 0
}

const float = new Float64Array(1)
const halves = new Int32Array(float.buffer)

/** All prices and volumes of one side, in order, into 32 bits. */
function mixSide(seed: number, side: readonly Level[]): number {
  let hash = seed
  for (let i = 0; i < side.length; i++) {
    const level = side[i]
    hash = mixNumber(mixNumber(hash, level?.[0]), level?.[1])
  }
  // Two sides of five and five levels are not one of ten.
  return mixNumber(hash, side.length) >>> 0
}

/** One round of MurmurHash3 (public domain, Austin Appleby) for each half of the number's 64 bits. */
function mixNumber(seed: number, value: number | undefined): number {
  float[0] = value as number
  return mixWord(mixWord(seed, halves[0] as number), halves[1] as number)
}

function mixWord(seed: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51)
  const hash = seed ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593)
  return (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
}
