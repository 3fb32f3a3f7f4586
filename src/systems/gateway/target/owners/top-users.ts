import type { ResultPart } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import { numberColumn, type Table } from '../pipeline/table.ts'
import type { Aggregate } from './aggregate.ts'
import { BirthdateLookup, NameLookup } from './lookups.ts'
import { largestSums, PairSums } from './pair-sums.ts'

const usersPerStore = 3

/** Query 4: per store the birthdates of the three users who bought most often. Anonymous buyers (user 0) do not count. */
export class TopUsers implements Aggregate {
  readonly parts = {
    purchases: new PairSums(),
    stores: new NameLookup('storeId', 'storeName'),
    birthdates: new BirthdateLookup(),
  }

  add(kind: Kind, table: Table): void {
    if (kind === 'stores') this.parts.stores.load(table)
    else if (kind === 'users') this.parts.birthdates.load(table)
    else this.#countPurchases(table)
  }

  #countPurchases(table: Table): void {
    const storeId = numberColumn(table, 'storeId')
    const userId = numberColumn(table, 'userId')
    for (let row = 0; row < table.rows; row++) {
      if (userId[row] !== 0) this.parts.purchases.add(storeId[row] as number, userId[row] as number, 1)
    }
  }

  answer(): ResultPart[] {
    const rows = this.parts.purchases.groups().flatMap(([storeId, users]) => {
      const storeName = this.parts.stores.get(storeId)
      return largestSums(users, usersPerStore).map(([userId, purchases]) => {
        return { storeName, storeId, userId, birthdate: this.parts.birthdates.get(userId), purchases }
      })
    })
    return [{ query: 'q4', rows }]
  }
}
