import type { ViolationClass } from '../../../core/check.ts'

/** One place in which an answer is not what it must be. */
export interface Difference {
  readonly class: ViolationClass
  /** For people, beginning with the query: "Q3 total of store 3 in 2024-H1 is 12.50 too high". */
  readonly message: string
}

/** Whether two amounts are equal within a share of the larger one. */
export function isNear(one: number, other: number, tolerance: number): boolean {
  return Math.abs(one - other) <= tolerance * Math.max(Math.abs(one), Math.abs(other))
}

/** "12.50 too high (112.50 instead of 100.00)". */
export function describeError(expected: number, received: number): string {
  const error = formatNumber(Math.abs(received - expected))
  const direction = received > expected ? 'high' : 'low'
  return `${error} too ${direction} (${formatNumber(received)} instead of ${formatNumber(expected)})`
}

/** `1 234.50`, and whole numbers without decimals. */
function formatNumber(value: number): string {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(2)
  return text.replace(/\B(?=(\d{3})+(?!\d))/g, ' ')
}
