import { hash32 } from '../../../core/hash.ts'
import type { AmountRow } from '../wire/results.ts'

/**
 * What is remembered of any number of Q1 rows. It does not depend on their order, and the digest of two sets of rows
 * together is the sum of theirs. Amounts are hashed as float32, so that a server that keeps them as such agrees.
 */
export interface AmountDigest {
  readonly count: number
  readonly sum: number
  /** Modulo 2^32. */
  readonly hash: number
}

export const emptyDigest: AmountDigest = { count: 0, sum: 0, hash: 0 }

export function digestAmounts(rows: readonly AmountRow[]): AmountDigest {
  let sum = 0
  let hash = 0
  for (const { transactionId, finalAmount } of rows) {
    sum += finalAmount
    hash = (hash + hash32(transactionId, bitsOf(finalAmount))) >>> 0
  }
  return { count: rows.length, sum, hash }
}

export function addDigests(one: AmountDigest, other: AmountDigest): AmountDigest {
  return { count: one.count + other.count, sum: one.sum + other.sum, hash: (one.hash + other.hash) >>> 0 }
}

const float = new Float32Array(1)
const floatBits = new Uint32Array(float.buffer)

function bitsOf(value: number): number {
  float[0] = value
  return floatBits[0] as number
}
