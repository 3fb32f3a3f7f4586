import type { StoreTotalRow } from '../wire/results.ts'
import type { ExpectedStoreTotal } from '../workload/expected-answers.ts'
import { type Difference, describeError, isNear } from './difference.ts'
import { isSameStore } from './same-store.ts'

/** Q3. */
export function compareStoreTotals(
  expected: readonly ExpectedStoreTotal[],
  received: readonly StoreTotalRow[],
  tolerance: number,
): Difference[] {
  const rest = [...received]
  const differences = expected.flatMap((total) => {
    const at = rest.findIndex((row) => row.half === total.half && isSameStore(total, row))
    if (at < 0) return [missing(total)]
    const [row] = rest.splice(at, 1) as [StoreTotalRow]
    return compareTotal(total, row, tolerance)
  })
  return [...differences, ...rest.map(unexpected)]
}

function compareTotal(expected: ExpectedStoreTotal, row: StoreTotalRow, tolerance: number): Difference[] {
  const isRightName = expected.storeName === '' || expected.storeName === row.storeName
  const isRightTotal = isNear(row.total, expected.total, tolerance)
  if (isRightName && isRightTotal) return []
  const message = isRightTotal
    ? `Q3 names store ${expected.storeId} "${row.storeName}", not "${expected.storeName}", in ${expected.half}`
    : `Q3 total of store ${expected.storeId} in ${expected.half} is ${describeError(expected.total, row.total)}`
  return [{ class: 'wrong', message }]
}

const missing = (total: ExpectedStoreTotal): Difference => ({
  class: 'lost',
  message: `Q3 has no total of store ${total.storeId} ("${total.storeName}") in ${total.half}`,
})

const unexpected = (row: StoreTotalRow): Difference => ({
  class: 'wrong',
  message: `Q3 has a total of store ${row.storeId ?? ''} ("${row.storeName}") in ${row.half}, which is none of its own or is told twice`,
})
