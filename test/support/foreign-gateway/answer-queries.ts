import type { Item, Upload } from './read-batch.ts'

type Row = Record<string, unknown>

/** One message of results, as it is sent. */
export interface Line extends Row {
  type: string
  results?: Row[]
}

/** The four queries of `systems/gateway.md` §2, the plain way. */
export function answerQueries(upload: Upload): Line[] {
  const { storeNames, birthdates } = upload
  const transactions = upload.transactions.flat().filter(({ at }) => isCounted(at))
  const daily = transactions.filter(({ at }) => at.slice(11) >= '06:00:00' && at.slice(11) <= '23:00:00')
  const large = daily.filter(({ amount }) => amount >= 75)
  const totals = sumBy(
    daily,
    ({ at, storeId }) => `${halfOf(at)} ${storeId}`,
    ({ amount }) => amount,
  )
  const known = transactions.filter(({ userId }) => userId > 0)
  const purchases = sumBy(
    known,
    ({ storeId, userId }) => `${storeId} ${userId}`,
    () => 1,
  )
  return [
    {
      type: 'AMOUNT_FILTER_TRANSACTIONS',
      results: large.map(({ id, amount, at }) => ({ transaction_id: id, final_amount: amount, created_at: at })),
    },
    { type: 'TOP_ITEMS_BY_QUANTITY', results: topItems(upload, 'sellings_qty', ({ quantity }) => quantity) },
    { type: 'TOP_ITEMS_BY_PROFIT', results: topItems(upload, 'profit_sum', ({ subtotal }) => subtotal) },
    {
      type: 'TPV_SUMMARY',
      results: [...totals].map(([key, tpv]) => {
        const [half, storeId] = split(key)
        return { year_half_created_at: half, store_id: storeId, tpv, store_name: storeNames.get(storeId) }
      }),
    },
    {
      type: 'TOP_CLIENTS_BIRTHDAYS',
      results: topPerGroup(purchases, 3).map(([key, count]) => {
        const [store, userId] = split(key)
        const names = { store_name: storeNames.get(Number(store)), birthdate: birthdates.get(userId) }
        return { user_id: userId, store_id: Number(store), ...names, purchases_qty: count }
      }),
    },
  ]
}

const isCounted = (at: string) => at.startsWith('2024') || at.startsWith('2025')
const halfOf = (at: string) => `${at.slice(0, 4)}-H${at.slice(5, 7) < '07' ? 1 : 2}`

function topItems({ items, itemNames }: Upload, column: string, amountOf: (item: Item) => number): Row[] {
  const counted = items.flat().filter(({ at }) => isCounted(at))
  const sums = sumBy(counted, ({ at, itemId }) => `${at.slice(0, 7)} ${itemId}`, amountOf)
  return topPerGroup(sums, 1).map(([key, value]) => {
    const [month, itemId] = split(key)
    return { year_month_created_at: month, item_id: itemId, item_name: itemNames.get(itemId), [column]: value }
  })
}

function sumBy<T>(rows: readonly T[], keyOf: (row: T) => string, amountOf: (row: T) => number): Map<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(keyOf(row), (sums.get(keyOf(row)) ?? 0) + amountOf(row))
  return sums
}

/** Keys are a group and a number. The largest values of each group. */
function topPerGroup(sums: ReadonlyMap<string, number>, places: number): [string, number][] {
  const groups = new Set([...sums.keys()].map((key) => split(key)[0]))
  return [...groups].flatMap((group) =>
    [...sums]
      .filter(([key]) => split(key)[0] === group)
      .sort(([, a], [, b]) => b - a)
      .slice(0, places),
  )
}

function split(key: string): [string, number] {
  const [group = '', number] = key.split(' ')
  return [group, Number(number)]
}
