import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRows, selectRows } from './select-rows.ts'
import { decodeTable, encodeTable, numberColumn, type Table, textAt } from './table.ts'
import { createTable } from './tables-from-rows.ts'

const rows = fc.array(fc.record({ amount: fc.double({ noNaN: true }), name: fc.string({ unit: 'grapheme' }) }))
type Row = { readonly amount: number; readonly name: string }
const columns = {
  numbers: { amount: (row: Row) => row.amount },
  texts: { name: (row: Row) => row.name },
}

const readRows = (table: Table): Row[] =>
  Array.from({ length: table.rows }, (_, row) => ({
    amount: numberColumn(table, 'amount')[row] as number,
    name: textAt(table, 'name', row),
  }))

describe('a table', () => {
  it('comes out of its bytes as it went in, wherever these lie in memory', () => {
    fc.assert(
      fc.property(rows, fc.nat(8), (values, offset) => {
        const body = encodeTable(createTable(values, columns))
        const moved = Buffer.concat([Buffer.alloc(offset), body]).subarray(offset)
        expect(readRows(decodeTable(moved))).toEqual(values)
      }),
    )
  })

  it('keeps the selected rows in order, with the selected columns only', () => {
    fc.assert(
      fc.property(rows, fc.double({ noNaN: true }), (values, limit) => {
        const table = createTable(values, columns)
        const kept = findRows(table.rows, (row) => (numberColumn(table, 'amount')[row] as number) >= limit)
        const selected = decodeTable(encodeTable(selectRows(table, kept, ['amount', 'name'])))
        expect(readRows(selected)).toEqual(values.filter(({ amount }) => amount >= limit))
        expect(selectRows(table, kept, ['name']).numbers).toEqual({})
      }),
    )
  })

  it('names a column that it does not have', () => {
    expect(() => numberColumn(createTable<Row>([], columns), 'storeId')).toThrow('storeId')
  })
})
