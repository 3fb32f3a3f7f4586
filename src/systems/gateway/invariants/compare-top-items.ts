import type { TopItemRow } from '../wire/results.ts'
import type { ExpectedTopItem } from '../workload/expected-answers.ts'
import { type Difference, describeError, isNear } from './difference.ts'

/** Q2 for the metrics of which rows came. Items that tie are right, one of them or all. */
export function compareTopItems(
  expected: readonly ExpectedTopItem[],
  received: readonly TopItemRow[],
  tolerance: number,
): Difference[] {
  const keyOf = ({ month, metric }: { month: string; metric: string }) => `${month} ${metric}`
  const rowsOf = new Map<string, TopItemRow[]>()
  for (const row of received) rowsOf.set(keyOf(row), [...(rowsOf.get(keyOf(row)) ?? []), row])
  const differences = expected.flatMap((item) => {
    const rows = rowsOf.get(keyOf(item)) ?? []
    rowsOf.delete(keyOf(item))
    return rows.length === 0 ? [missing(item)] : rows.flatMap((row) => compareItem(item, row, tolerance))
  })
  return [...differences, ...[...rowsOf.values()].flat().map(unexpected)]
}

function compareItem(expected: ExpectedTopItem, row: TopItemRow, tolerance: number): Difference[] {
  const isRightItem = expected.winners.some(
    ({ itemId, itemName }) =>
      (row.itemId === undefined || row.itemId === itemId) && (itemName === '' || itemName === row.itemName),
  )
  const isRightValue = isNear(row.value, expected.value, expected.metric === 'quantity' ? 0 : tolerance)
  if (isRightItem && isRightValue) return []
  const place = `Q2 ${expected.metric} of the top item in ${expected.month}`
  const names = expected.winners.map(({ itemName }) => `"${itemName}"`).join(' or ')
  const message = isRightValue
    ? `${place} is told of "${row.itemName}", not of ${names}`
    : `${place} is ${describeError(expected.value, row.value)}${isRightItem ? '' : `, told of "${row.itemName}", not of ${names}`}`
  return [{ class: 'wrong', message }]
}

const missing = (item: ExpectedTopItem): Difference => ({
  class: 'lost',
  message: `Q2 has no top item by ${item.metric} for ${item.month}`,
})

const unexpected = (row: TopItemRow): Difference => ({
  class: 'wrong',
  message: `Q2 has a top item by ${row.metric} for ${row.month}, "${row.itemName}", in which nothing was sold`,
})
