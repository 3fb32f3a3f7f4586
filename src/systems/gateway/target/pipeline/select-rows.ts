import type { Table, TextColumn } from './table.ts'

/** Row numbers, in order, for which the condition holds. */
export function findRows(rows: number, holds: (row: number) => boolean): Uint32Array {
  const found = new Uint32Array(rows)
  let count = 0
  for (let row = 0; row < rows; row++) if (holds(row)) found[count++] = row
  return found.subarray(0, count)
}

/** The given rows and columns of a table. Where all rows stay, the columns are shared with the original. */
export function selectRows(table: Table, rows: Uint32Array, columns: readonly string[]): Table {
  const all = rows.length === table.rows
  const pick = <T>(from: Readonly<Record<string, T>>, copy: (column: T) => T) =>
    Object.fromEntries(
      Object.entries(from).flatMap(([name, column]) =>
        columns.includes(name) ? [[name, all ? column : copy(column)]] : [],
      ),
    )
  return {
    rows: rows.length,
    numbers: pick(table.numbers, (column) => selectNumbers(column, rows)),
    texts: pick(table.texts, (column) => selectTexts(column, rows)),
  }
}

export function withoutRows(table: Table): Table {
  return selectRows(table, new Uint32Array(0), [...Object.keys(table.numbers), ...Object.keys(table.texts)])
}

function selectNumbers(column: Float64Array, rows: Uint32Array): Float64Array {
  const selected = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) selected[i] = column[rows[i] as number] as number
  return selected
}

function selectTexts({ offsets, bytes }: TextColumn, rows: Uint32Array): TextColumn {
  const selected = new Uint32Array(rows.length + 1)
  const target = Buffer.allocUnsafe(bytes.length)
  let at = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    at += bytes.copy(target, at, offsets[row], offsets[row + 1])
    selected[i + 1] = at
  }
  return { offsets: selected, bytes: target.subarray(0, at) }
}
