/** Price and volume at one level of one side of a book. */
export type Level = readonly [price: number, volume: number]

export const modes = ['LIVE', 'REPLAY', 'SIMULATION'] as const

export type Mode = (typeof modes)[number]

/**
 * One snapshot as it stands in a message. `bids` from the highest price down, `asks` from the lowest up, at most ten
 * levels of each. All numbers but the books' are derived from them; servers differ in which they send. The last five
 * fields are sent by the reference server and by few others.
 */
export interface SnapshotJson {
  readonly timestamp: string | number
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  readonly mid_price?: number | undefined
  readonly spread?: number | undefined
  readonly best_bid?: number | undefined
  readonly best_ask?: number | undefined
  /** Order-book imbalance. */
  readonly obi?: number | undefined
  /** Order-flow imbalance. */
  readonly ofi?: number | undefined
  /** Volume-synchronised probability of informed trading. */
  readonly vpin?: number | undefined
  readonly microprice?: number | undefined
  readonly regime?: string | undefined
  readonly anomalies?: readonly string[] | undefined
  readonly spoofing_risk?: number | undefined
  readonly session_id?: string | undefined
  readonly symbol?: string | undefined
  readonly mode?: string | undefined
  /** Position in the data of the symbol; in LIVE of the feed, in SIMULATION of the session's own market. */
  readonly seq?: number | undefined
  /** Snapshots that this socket was too slow for, since it was opened. */
  readonly dropped?: number | undefined
}

/** The derived numbers, by the names that they have in messages. */
export const derivedFields = [
  'mid_price',
  'spread',
  'best_bid',
  'best_ask',
  'obi',
  'ofi',
  'vpin',
  'microprice',
  'regime',
  'anomalies',
  'spoofing_risk',
] as const satisfies readonly (keyof SnapshotJson)[]

export type DerivedField = (typeof derivedFields)[number]

/**
 * Milliseconds since 1970 of a point in market time: ISO 8601 (without a zone it is UTC), or a number of seconds,
 * milliseconds, microseconds or nanoseconds, told apart by their size. Undefined where it is none. Whole microseconds, so
 * that one point is one number however it was spelled.
 */
export function readTimestamp(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const text = /(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value.replace(' ', 'T')}Z`
    const ms = Date.parse(text)
    if (!Number.isNaN(ms)) return ms + (readMicros(text) ?? 0) / 1000
    return value.trim() === '' ? undefined : readTimestamp(Number(value))
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined
  if (value < 1e11) return wholeMicros(value * 1000)
  if (value < 1e14) return wholeMicros(value)
  return wholeMicros(value < 1e17 ? value / 1e3 : value / 1e6)
}

const wholeMicros = (ms: number) => Math.round(ms * 1000) / 1000

/** What `Date.parse` drops: the microseconds behind the milliseconds. */
function readMicros(text: string): number | undefined {
  const digits = /\.\d{3}(\d{1,3})/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits.padEnd(3, '0'))
}

/** Some servers spell modes in lower case. */
export function readMode(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  // With each snapshot comes one, and to spell it anew takes time.
  return modes.find((mode) => mode === value) ?? value.toUpperCase()
}
