/** A measurement file as it was read: volts, and for each electrode amperes at each of them. */
export interface DataColumns {
  readonly potentials: readonly number[]
  readonly currents: readonly (readonly number[])[]
}

export interface ColumnLayout {
  /** From 1. */
  readonly voltageColumn: number
  readonly currentColumn: number
  readonly spacingIndex: number
  readonly electrodes: number
  /** 1 space, 2 tab, 3 comma. */
  readonly delimiter: number
}

const separators: Readonly<Record<number, string>> = { 1: ' ', 2: '\t', 3: ',' }

/** Lines such as `-0.500 1.000000000e-07`, potential first, one column for each electrode. */
export function encodeDataFile({ potentials, currents }: DataColumns, delimiter = 1): string {
  const separator = separators[delimiter] ?? ' '
  let text = ''
  for (const [i, potential] of potentials.entries()) {
    text += potential.toFixed(3)
    for (const current of currents) text += separator + (current[i] as number).toExponential(9)
    text += '\n'
  }
  return text
}

const splitters: Readonly<Record<number, RegExp>> = { 1: / +/, 2: /\t+/, 3: /\s*,\s*/ }

/** Empty lines count for nothing; any other that has not the columns spoils the file. */
export function parseDataFile(text: string, layout: ColumnLayout): DataColumns | { readonly problem: string } {
  const splitter = splitters[layout.delimiter] ?? / +/
  const columns = [layout.voltageColumn - 1]
  for (let e = 0; e < layout.electrodes; e++) columns.push(layout.currentColumn - 1 + e * layout.spacingIndex)
  const values: number[][] = columns.map(() => [])
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    const cells = trimmed.split(splitter)
    for (const [i, column] of columns.entries()) {
      const value = Number(cells[column] ?? Number.NaN)
      if (!Number.isFinite(value)) return { problem: `line ${index + 1} has no number in column ${column + 1}` }
      values[i]?.push(value)
    }
  }
  const [potentials = [], ...currents] = values
  return potentials.length === 0 ? { problem: 'the file has no data' } : { potentials, currents }
}
