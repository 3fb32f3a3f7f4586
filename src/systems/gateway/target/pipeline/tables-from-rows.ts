import type { Batch } from '../../wire/rows.ts'
import type { Table, TextColumn } from './table.ts'

/** What the queries need of a batch, by column. Everything else that the client sent ends here. */
export function tableFromBatch(batch: Batch): Table {
  switch (batch.kind) {
    case 'transactions':
      return createTable(batch.rows, {
        numbers: {
          storeId: (row) => row.storeId,
          userId: (row) => row.userId,
          finalAmount: (row) => row.finalAmount,
          createdAtS: (row) => row.createdAtS,
        },
        texts: { transactionId: (row) => row.transactionId },
      })
    case 'transaction_items':
      return createTable(batch.rows, {
        numbers: {
          itemId: (row) => row.itemId,
          quantity: (row) => row.quantity,
          subtotal: (row) => row.subtotal,
          createdAtS: (row) => row.createdAtS,
        },
      })
    case 'users':
      return createTable(batch.rows, {
        numbers: { userId: (row) => row.userId, birthdateS: (row) => row.birthdateS },
      })
    case 'stores':
      return createTable(batch.rows, {
        numbers: { storeId: (row) => row.storeId },
        texts: { storeName: (row) => row.storeName },
      })
    case 'menu_items':
      return createTable(batch.rows, {
        numbers: { itemId: (row) => row.itemId },
        texts: { itemName: (row) => row.itemName },
      })
  }
}

interface Columns<Row> {
  readonly numbers: Readonly<Record<string, (row: Row) => number>>
  readonly texts?: Readonly<Record<string, (row: Row) => string>>
}

/** A table of any rows, column by column. */
export function createTable<Row>(rows: readonly Row[], { numbers, texts = {} }: Columns<Row>): Table {
  return {
    rows: rows.length,
    numbers: mapValues(numbers, (read) => numberColumn(rows, read)),
    texts: mapValues(texts, (read) => textColumn(rows, read)),
  }
}

function numberColumn<Row>(rows: readonly Row[], read: (row: Row) => number): Float64Array {
  const column = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) column[i] = read(rows[i] as Row)
  return column
}

function textColumn<Row>(rows: readonly Row[], read: (row: Row) => string): TextColumn {
  const offsets = new Uint32Array(rows.length + 1)
  // One encoding of the joined text costs far less than one per row; its lengths are those of the bytes if it is ASCII.
  const values = rows.map(read)
  const bytes = Buffer.from(values.join(''))
  let at = 0
  values.forEach((value, i) => {
    at += value.length
    offsets[i + 1] = at
  })
  if (at === bytes.length) return { offsets, bytes }
  at = 0
  values.forEach((value, i) => {
    at += Buffer.byteLength(value)
    offsets[i + 1] = at
  })
  return { offsets, bytes }
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
