import type { ResultPart, TopItemRow } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import { formatMonth, monthNumber } from '../pipeline/calendar.ts'
import { numberColumn, type Table } from '../pipeline/table.ts'
import type { Aggregate } from './aggregate.ts'
import { NameLookup } from './lookups.ts'
import { largestSums, PairSums } from './pair-sums.ts'

/** Query 2: per month the item that sold most, and the item that brought in most. */
export class TopItems implements Aggregate {
  readonly parts

  constructor(names = new NameLookup('itemId', 'itemName')) {
    this.parts = { quantities: new PairSums(), profits: new PairSums(), names }
  }

  add(kind: Kind, table: Table): void {
    if (kind === 'menu_items') this.parts.names.load(table)
    else this.#addItems(table)
  }

  #addItems(table: Table): void {
    const [itemId, quantity, subtotal, time] = ['itemId', 'quantity', 'subtotal', 'createdAtS'].map((name) =>
      numberColumn(table, name),
    ) as [Float64Array, Float64Array, Float64Array, Float64Array]
    for (let row = 0; row < table.rows; row++) {
      const month = monthNumber(time[row] as number)
      this.parts.quantities.add(month, itemId[row] as number, quantity[row] as number)
      this.parts.profits.add(month, itemId[row] as number, subtotal[row] as number)
    }
  }

  answer(): ResultPart[] {
    return [
      { query: 'q2', metric: 'quantity', rows: this.#winners('quantity', this.parts.quantities) },
      { query: 'q2', metric: 'profit', rows: this.#winners('profit', this.parts.profits) },
    ]
  }

  #winners(metric: TopItemRow['metric'], sums: PairSums): TopItemRow[] {
    return sums.groups().flatMap(([month, items]) =>
      largestSums(items, 1).map(([itemId, value]) => {
        return { month: formatMonth(month), metric, itemName: this.parts.names.get(itemId), itemId, value }
      }),
    )
  }
}
