import type { AmountDigest } from './amount-digest.ts'
import { formatDate, halves, months } from './calendar.ts'
import type { ItemSums, Tally } from './tally.ts'

/** What one upload must be answered. Survives JSON; its size does not depend on the rows of Q1. */
export interface ExpectedAnswers {
  readonly q1: AmountDigest
  readonly q2: readonly ExpectedTopItem[]
  readonly q3: readonly ExpectedStoreTotal[]
  readonly q4: readonly ExpectedTopUsers[]
}

export interface ExpectedTopItem {
  readonly month: string
  readonly metric: 'quantity' | 'profit'
  readonly value: number
  /** More than one where items tie: any of them is right. */
  readonly winners: readonly { readonly itemId: number; readonly itemName: string }[]
}

export interface ExpectedStoreTotal {
  readonly half: string
  readonly storeId: number
  readonly storeName: string
  readonly total: number
}

/** The three users with most transactions of a store, or all where there are fewer. */
export interface ExpectedTopUsers {
  readonly storeId: number
  readonly storeName: string
  /** Most transactions first. */
  readonly certain: readonly ExpectedUser[]
  /** `places` of these belong to the answer, too: they have equally many transactions. */
  readonly tied: readonly ExpectedUser[]
  readonly places: number
}

export interface ExpectedUser {
  readonly userId: number
  /** Empty where the users' file has none. */
  readonly birthdate: string
  readonly purchases: number
}

const topUsers = 3

/** A name that no file gave is empty. */
export function deriveAnswers(tally: Tally): ExpectedAnswers {
  return {
    q1: tally.amounts,
    q2: tally.items.flatMap((sums, month) =>
      (['quantity', 'profit'] as const).flatMap((metric) => findTopItem(tally, sums, months[month] as string, metric)),
    ),
    q3: tally.totals.flatMap((totals, half) =>
      sortByKey(totals).map(([storeId, total]) => ({
        half: halves[half] as string,
        storeId,
        storeName: tally.storeNames.get(storeId) ?? '',
        total,
      })),
    ),
    q4: sortByKey(tally.purchases).map(([storeId, users]) => findTopUsers(tally, storeId, users)),
  }
}

function findTopItem(
  tally: Tally,
  sums: ReadonlyMap<number, ItemSums>,
  month: string,
  metric: ExpectedTopItem['metric'],
): ExpectedTopItem[] {
  if (sums.size === 0) return []
  const value = Math.max(...[...sums.values()].map((sum) => sum[metric]))
  const winners = sortByKey(sums)
    .filter(([, sum]) => sum[metric] === value)
    .map(([itemId]) => ({ itemId, itemName: tally.itemNames.get(itemId) ?? '' }))
  return [{ month, metric, value, winners }]
}

function findTopUsers(tally: Tally, storeId: number, users: ReadonlyMap<number, number>): ExpectedTopUsers {
  const least = findLeast(users.values())
  const select = (isWanted: (purchases: number) => boolean) =>
    sortByKey([...users].filter(([, purchases]) => isWanted(purchases))).map(([userId, purchases]) => ({
      userId,
      birthdate: birthdateOf(tally, userId),
      purchases,
    }))
  const above = select((purchases) => purchases > least)
  const level = select((purchases) => purchases === least)
  const places = Math.min(topUsers, users.size) - above.length
  const isTied = level.length > places
  return {
    storeId,
    storeName: tally.storeNames.get(storeId) ?? '',
    certain: (isTied ? above : [...above, ...level]).sort((a, b) => b.purchases - a.purchases),
    tied: isTied ? level : [],
    places: isTied ? places : 0,
  }
}

/** The number of transactions that the last of the top users has. */
function findLeast(purchases: Iterable<number>): number {
  const top: number[] = []
  for (const count of purchases) {
    if (top.length === topUsers && count <= (top[topUsers - 1] as number)) continue
    top.push(count)
    top.sort((a, b) => b - a)
    if (top.length > topUsers) top.pop()
  }
  return top.at(-1) ?? 0
}

function birthdateOf(tally: Tally, userId: number): string {
  const seconds = tally.birthdates.get(userId)
  return seconds === undefined ? '' : formatDate(seconds)
}

function sortByKey<Value>(entries: Iterable<readonly [number, Value]>): (readonly [number, Value])[] {
  return [...entries].sort(([a], [b]) => a - b)
}
