import type { Json } from '../../../../core/json.ts'
import type { StoreTotalRow, TopItemRow } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import type { AmountDigest } from '../../workload/amount-digest.ts'
import { halves, months } from '../../workload/calendar.ts'
import type { ExpectedStoreTotal, ExpectedTopItem } from '../../workload/expected-answers.ts'
import { isSameStore } from '../same-store.ts'
import type { Sums } from './contributions.ts'

/** Numbers that add up over sets of rows, each at its place. */
export type Share = readonly number[]

/** How rows show in one wrong answer: what any set of rows adds to it, and what it has too much. */
export interface Measure {
  /** Rows of other kinds add nothing. */
  readonly kind: Kind
  readonly excess: Share
  shareOf(sums: Sums): Share
  /** Brings sums and differences of shares into the form in which equal ones are alike. */
  settle(share: Share): Share
}

/** Undefined where the sums of the query do not show in its answer. `ownSums` are those of the recipient's upload. */
export function createMeasure(query: string, expected: Json, received: Json, ownSums: Sums): Measure | undefined {
  if (query === 'q1') return measureAmounts(expected as unknown as AmountDigest, received)
  if (query === 'q2') return measureItems(expected as never, received as never, ownSums)
  if (query === 'q3') return measureTotals(expected as never, received as never)
  return undefined
}

/** Sums of decimal amounts are not exact; what is left of the error is below a cent. */
const toCents = (value: number) => Math.round(value * 100) / 100

function measureAmounts(expected: AmountDigest, received: Json): Measure | undefined {
  const { digest, totalRows } = received as unknown as { digest: AmountDigest; totalRows?: number }
  if (totalRows !== undefined) return undefined
  const toShare = ({ count, sum, hash }: AmountDigest): Share => [count, sum, hash]
  const settle = ([count = 0, sum = 0, hash = 0]: Share) => [count, toCents(sum), hash >>> 0]
  const excess = settle(subtract(toShare(digest), toShare(expected)))
  return { kind: 'transactions', excess, shareOf: ({ amounts }) => toShare(amounts), settle }
}

function measureTotals(expected: readonly ExpectedStoreTotal[], received: readonly StoreTotalRow[]): Measure {
  const places = expected.map((total) => ({ ...total, halfIndex: halves.indexOf(total.half) }))
  const settle = (share: Share) => share.map(toCents)
  const totalOf = (place: ExpectedStoreTotal) =>
    received.find((row) => row.half === place.half && isSameStore(place, row))?.total ?? 0
  return {
    kind: 'transactions',
    excess: settle(places.map((place) => totalOf(place) - place.total)),
    shareOf: ({ totals }) => places.map(({ halfIndex, storeId }) => totals[halfIndex]?.get(storeId) ?? 0),
    settle,
  }
}

/** Only the sums of the items that were named show, so that these are compared with what the own rows give. */
function measureItems(expected: readonly ExpectedTopItem[], received: readonly TopItemRow[], ownSums: Sums): Measure {
  const idOfName = new Map(expected.flatMap(({ winners }) => winners.map(({ itemId, itemName }) => [itemName, itemId])))
  const places = received.flatMap(({ month, metric, itemId, itemName, value }) => {
    const id = itemId ?? idOfName.get(itemName)
    return id === undefined ? [] : [{ month: months.indexOf(month), metric, id, value }]
  })
  const settle = (share: Share) => share.map(toCents)
  const shareOf = ({ items }: Sums) => places.map(({ month, metric, id }) => items[month]?.get(id)?.[metric] ?? 0)
  const values = places.map(({ value }) => value)
  return { kind: 'transaction_items', excess: settle(subtract(values, shareOf(ownSums))), shareOf, settle }
}

export const subtract = (one: Share, other: Share): Share => one.map((value, i) => value - (other[i] ?? 0))
export const add = (one: Share, other: Share): Share => one.map((value, i) => value + (other[i] ?? 0))
