import type { Query, ResultPart } from './results.ts'

/** Columns of `query1` to `query4` in both dialects that answer with tables. */
export const resultColumns: Readonly<Record<Query, readonly string[]>> = {
  q1: ['transaction_id', 'final_amount'],
  q2: ['year_month_created_at', 'item_name', 'sellings_qty', 'profit_sum', 'metric_type'],
  q3: ['year_half_created_at', 'store_name', 'tpv'],
  q4: ['store_name', 'birthdate'],
}

/** The rows of a part in the order of `resultColumns`; null where a column does not belong to the row's metric. */
export function toColumns(part: ResultPart): readonly (readonly (string | number | null)[])[] {
  switch (part.query) {
    case 'q1':
      return part.rows.map((row) => [row.transactionId, row.finalAmount])
    case 'q2':
      return part.rows.map((row) =>
        row.metric === 'quantity'
          ? [row.month, row.itemName, row.value, null, 'most_sold']
          : [row.month, row.itemName, null, row.value, 'most_profitable'],
      )
    case 'q3':
      return part.rows.map((row) => [row.half, row.storeName, row.total])
    case 'q4':
      return part.rows.map((row) => [row.storeName, row.birthdate])
  }
}
