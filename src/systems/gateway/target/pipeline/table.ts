/** Strings of one column: the bytes of row `i` are those from `offsets[i]` to `offsets[i + 1]`, in UTF-8. */
export interface TextColumn {
  readonly offsets: Uint32Array
  readonly bytes: Buffer
}

/**
 * Rows of one kind, by column: the body of a pipeline message. A filter touches only the columns it asks about and
 * copies the others as memory; as JSON the same rows would be parsed and printed anew in each of four stages.
 */
export interface Table {
  readonly rows: number
  readonly numbers: Readonly<Record<string, Float64Array>>
  readonly texts: Readonly<Record<string, TextColumn>>
}

interface TableHeader {
  readonly rows: number
  readonly numbers: readonly string[]
  readonly texts: readonly string[]
}

/** Header length u32 · header as JSON · fill to a multiple of 8 · numbers f64 · offsets u32 · text bytes. */
export function encodeTable(table: Table): Buffer {
  const numbers = Object.values(table.numbers)
  const texts = Object.values(table.texts)
  const names: TableHeader = {
    rows: table.rows,
    numbers: Object.keys(table.numbers),
    texts: Object.keys(table.texts),
  }
  const header = Buffer.from(JSON.stringify(names))
  const columns = [...numbers, ...texts.map((text) => text.offsets), ...texts.map((text) => text.bytes)]
  let at = columnsStart(header.length)
  const body = Buffer.allocUnsafeSlow(columns.reduce((size, column) => size + column.byteLength, at))
  body.writeUInt32LE(header.length)
  body.set(header, 4)
  for (const column of columns) {
    body.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at)
    at += column.byteLength
  }
  return body
}

/** The columns are views on `body`, which must not change afterwards. */
export function decodeTable(body: Buffer): Table {
  const headerLength = body.readUInt32LE()
  const names = JSON.parse(body.toString('utf8', 4, 4 + headerLength)) as TableHeader
  // A view of wider elements must begin at a multiple of their size.
  const { buffer, byteOffset } = body.byteOffset % 8 === 0 ? body : Uint8Array.from(body)
  let at = byteOffset + columnsStart(headerLength)
  const take = (bytes: number) => {
    at += bytes
    return at - bytes
  }
  const { rows } = names
  const numbers = names.numbers.map((name) => [name, new Float64Array(buffer, take(8 * rows), rows)] as const)
  const offsets = names.texts.map(() => new Uint32Array(buffer, take(4 * (rows + 1)), rows + 1))
  const texts = names.texts.map((name, i) => {
    const column = offsets[i] as Uint32Array
    const length = column[rows] as number
    return [name, { offsets: column, bytes: Buffer.from(buffer, take(length), length) }] as const
  })
  return { rows, numbers: Object.fromEntries(numbers), texts: Object.fromEntries(texts) }
}

export function numberColumn(table: Table, name: string): Float64Array {
  const column = table.numbers[name]
  if (column === undefined) throw new Error(`The table has no column of numbers ${name}`)
  return column
}

export function textAt(table: Table, name: string, row: number): string {
  const column = table.texts[name]
  if (column === undefined) throw new Error(`The table has no column of text ${name}`)
  return column.bytes.toString('utf8', column.offsets[row], column.offsets[row + 1])
}

const columnsStart = (headerLength: number) => Math.ceil((4 + headerLength) / 8) * 8
