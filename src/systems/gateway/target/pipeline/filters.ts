import type { Kind } from '../../wire/rows.ts'
import { secondOfDay } from './calendar.ts'
import { findRows, selectRows } from './select-rows.ts'
import type { Destination, FilterStage } from './stages.ts'
import { numberColumn, type Table } from './table.ts'

interface Output {
  readonly to: Destination
  /** Columns that are needed from there on. */
  readonly columns: readonly string[]
}

interface Filter {
  /** The rows that stay. */
  readonly keep: (table: Table) => Uint32Array
  readonly outputs: Partial<Record<Kind, readonly Output[]>>
}

/** 2024-01-01 and 2026-01-01, UTC: the queries ask for the years 2024 and 2025. */
const firstSecond = Date.UTC(2024, 0, 1) / 1000
const endSecond = Date.UTC(2026, 0, 1) / 1000

/** From 06:00:00 to 23:00:00, both included. */
const opensAt = 6 * 3600
const closesAt = 23 * 3600

const smallestAmount = 75

const amountColumns = ['transactionId', 'finalAmount', 'createdAtS']

/** What each filter keeps of the rows it gets, and where they go next. */
export const filters: Readonly<Record<FilterStage, Filter>> = {
  'filter-year': {
    keep: (table) => {
      const time = numberColumn(table, 'createdAtS')
      return findRows(table.rows, (row) => (time[row] as number) >= firstSecond && (time[row] as number) < endSecond)
    },
    outputs: {
      transactions: [
        { to: 'filter-hour', columns: [...amountColumns, 'storeId'] },
        { to: 'top-users', columns: ['storeId', 'userId'] },
      ],
      transaction_items: [{ to: 'top-items', columns: ['itemId', 'quantity', 'subtotal', 'createdAtS'] }],
    },
  },
  'filter-hour': {
    keep: (table) => {
      const time = numberColumn(table, 'createdAtS')
      return findRows(table.rows, (row) => {
        const second = secondOfDay(time[row] as number)
        return second >= opensAt && second <= closesAt
      })
    },
    outputs: {
      transactions: [
        { to: 'filter-amount', columns: amountColumns },
        { to: 'store-totals', columns: ['storeId', 'finalAmount', 'createdAtS'] },
      ],
    },
  },
  'filter-amount': {
    keep: (table) => {
      const amount = numberColumn(table, 'finalAmount')
      return findRows(table.rows, (row) => (amount[row] as number) >= smallestAmount)
    },
    outputs: { transactions: [{ to: 'results', columns: amountColumns }] },
  },
}

/** One table for each output of the stage, perhaps without rows: the end of a kind is found by counting chunks. */
export function applyFilter(stage: FilterStage, kind: Kind, table: Table): { to: Destination; table: Table }[] {
  const { keep, outputs } = filters[stage]
  const rows = keep(table)
  return (outputs[kind] ?? []).map(({ to, columns }) => ({ to, table: selectRows(table, rows, columns) }))
}
