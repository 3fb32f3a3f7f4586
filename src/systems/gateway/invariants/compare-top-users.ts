import type { TopUserRow } from '../wire/results.ts'
import type { ExpectedTopUsers, ExpectedUser } from '../workload/expected-answers.ts'
import type { Difference } from './difference.ts'
import { isSameStore } from './same-store.ts'

/** Q4. Of users who tie for the last places any are right. */
export function compareTopUsers(expected: readonly ExpectedTopUsers[], received: readonly TopUserRow[]): Difference[] {
  const rest = new Set(received)
  const differences = expected.flatMap((store) => {
    const rows = [...rest].filter((row) => isSameStore(store, row))
    for (const row of rows) rest.delete(row)
    return compareStore(store, rows)
  })
  return [...differences, ...[...rest].map(unexpected)]
}

function compareStore(store: ExpectedTopUsers, rows: readonly TopUserRow[]): Difference[] {
  const unexplained = [...rows]
  const take = (users: readonly ExpectedUser[]) =>
    users.filter((user) => {
      const at = unexplained.findIndex((row) => isUser(user, row))
      if (at >= 0) unexplained.splice(at, 1)
      return at < 0
    })
  const absent = take(store.certain)
  const missingTied = take(store.tied).length - (store.tied.length - store.places)
  const areNamed = rows.every(({ storeName }) => store.storeName === '' || store.storeName === storeName)
  if (absent.length === 0 && missingTied === 0 && unexplained.length === 0 && areNamed) return []
  const got = rows.map(describeUser).join(', ') || 'none'
  const arePurchasesTold = rows.some(({ purchases }) => purchases !== undefined)
  const wanted = [...store.certain, ...store.tied]
    .map(({ birthdate, purchases }) => describeUser(arePurchasesTold ? { birthdate, purchases } : { birthdate }))
    .join(', ')
  const name = areNamed ? '' : `, named "${rows[0]?.storeName}" and not "${store.storeName}"`
  return [
    {
      class: rows.length === 0 ? 'lost' : 'wrong',
      message: `Q4 birthdates of store ${store.storeId} are ${got}${name}; expected ${wanted}`,
    },
  ]
}

const describeUser = ({ birthdate, purchases }: { readonly birthdate: string; readonly purchases?: number }) =>
  purchases === undefined ? birthdate : `${birthdate} (${purchases} purchases)`

/** Told fields must fit; a server that tells only birthdates is judged by these. */
const isUser = (user: ExpectedUser, row: TopUserRow) =>
  (user.birthdate === '' || user.birthdate === row.birthdate) &&
  (row.userId === undefined || row.userId === user.userId) &&
  (row.purchases === undefined || row.purchases === user.purchases)

const unexpected = (row: TopUserRow): Difference => ({
  class: 'wrong',
  message: `Q4 has a user born on ${row.birthdate} of store ${row.storeId ?? ''} ("${row.storeName}"), which is none of its own`,
})
