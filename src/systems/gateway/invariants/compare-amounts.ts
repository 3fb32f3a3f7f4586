import { type AmountDigest, addDigests } from '../workload/amount-digest.ts'
import { type Difference, describeError, isNear } from './difference.ts'

/** What came of Q1: rows as a digest, or, from older servers, only how many there are. */
export interface ReceivedAmounts {
  readonly digest: AmountDigest
  readonly totalRows?: number
}

/**
 * With a tolerance the hash says nothing, because a server may have written an amount in fewer digits than it was sent
 * in.
 */
export function compareAmounts(expected: AmountDigest, received: ReceivedAmounts, tolerance: number): Difference[] {
  const { digest, totalRows } = received
  if (totalRows !== undefined && digest.count === 0) {
    if (totalRows === expected.count) return []
    return [differ(expected, received, describeCount(expected.count, totalRows))]
  }
  const isSame = digest.hash === expected.hash || tolerance > 0
  if (digest.count === expected.count && isNear(digest.sum, expected.sum, tolerance) && isSame) return []
  return [differ(expected, received, describeAmounts(expected, digest))]
}

function describeAmounts(expected: AmountDigest, received: AmountDigest): string {
  if (isDoubled(expected, received)) return `Q1 has each of its ${expected.count} rows twice`
  if (received.count !== expected.count) return describeCount(expected.count, received.count)
  if (received.sum !== expected.sum) return `the sum of the Q1 amounts is ${describeError(expected.sum, received.sum)}`
  return `Q1 has as many rows as expected, ${expected.count}, with the right sum, but other ids or amounts`
}

function describeCount(expected: number, received: number): string {
  const direction = received > expected ? 'many' : 'few'
  return `Q1 has ${Math.abs(received - expected)} rows too ${direction} (${received} instead of ${expected})`
}

function isDoubled(expected: AmountDigest, received: AmountDigest): boolean {
  const doubled = addDigests(expected, expected)
  return expected.count > 0 && doubled.count === received.count && doubled.hash === received.hash
}

function differ(expected: AmountDigest, received: ReceivedAmounts, message: string): Difference {
  const count = received.totalRows ?? received.digest.count
  const type = isDoubled(expected, received.digest) ? 'duplicate' : count < expected.count ? 'lost' : 'wrong'
  return { class: type, message }
}
