import type { ResultPart } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import { formatHalf, halfNumber } from '../pipeline/calendar.ts'
import { numberColumn, type Table } from '../pipeline/table.ts'
import type { Aggregate } from './aggregate.ts'
import { NameLookup } from './lookups.ts'
import { PairSums } from './pair-sums.ts'

/** Query 3: per half year and store the sum of the final amounts. */
export class StoreTotals implements Aggregate {
  readonly parts = { totals: new PairSums(), stores: new NameLookup('storeId', 'storeName') }

  add(kind: Kind, table: Table): void {
    if (kind === 'stores') this.parts.stores.load(table)
    else this.#addAmounts(table)
  }

  #addAmounts(table: Table): void {
    const [storeId, amount, time] = ['storeId', 'finalAmount', 'createdAtS'].map((name) =>
      numberColumn(table, name),
    ) as [Float64Array, Float64Array, Float64Array]
    for (let row = 0; row < table.rows; row++) {
      this.parts.totals.add(halfNumber(time[row] as number), storeId[row] as number, amount[row] as number)
    }
  }

  answer(): ResultPart[] {
    const rows = this.parts.totals.groups().flatMap(([half, totals]) =>
      [...totals].map(([storeId, total]) => {
        return { half: formatHalf(half), storeName: this.parts.stores.get(storeId), storeId, total }
      }),
    )
    return [{ query: 'q3', rows }]
  }
}
