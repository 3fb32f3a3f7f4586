import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import { McsimError } from '../../../../core/errors.ts'
import type { Kind, RowOf } from '../../wire/rows.ts'
import type { SkippedRow } from '../upload-source.ts'
import type { DatasetFile } from './find-dataset.ts'
import { BadRow, headers, readRow } from './row-fields.ts'

/** A longer record is a quote that is never closed: no row of the data is longer than a line. */
const maxRecordBytes = 1 << 20

export interface RowReading {
  /** A row that cannot be read is left out. */
  skip(row: SkippedRow): void
  /** Bytes taken from the file since the last call. */
  advance(bytes: number): void
}

type Row = RowOf[Kind]

/** The rows of one file, streamed. Throws `McsimError` where the file cannot be read. */
export async function* readRows(file: DatasetFile, reading: RowReading): AsyncIterable<Row> {
  const columns = headers[file.kind].split(',').length
  let lastLine = 1
  let isCutOff = false
  const skip = (line: number, reason: string) => reading.skip({ file: file.path, line, reason })
  const convert = (fields: readonly string[], { lines }: { readonly lines: number }): Row | null => {
    lastLine = lines
    try {
      if (isCutOff) return null
      if (fields.length === columns) return readRow[file.kind](fields)
      skip(lines, `${fields.length} fields, expected ${columns}`)
    } catch (error) {
      if (!(error instanceof BadRow)) throw error
      skip(lines, error.message)
    }
    return null
  }
  // What is relaxed above is no error, so that only an open quote is left.
  const cutOff = () => {
    if (!isCutOff) skip(lastLine + 1, 'a quote is not closed: the file was left out from here to its end')
    isCutOff = true
  }
  const parser = parse({
    bom: true,
    from: 2,
    max_record_size: maxRecordBytes,
    // Its types know no record but string[].
    on_record: convert as unknown as (fields: string[]) => string[],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  })
  parser.on('skip', cutOff)
  const bytes = createReadStream(file.path)
  bytes.on('data', (chunk) => reading.advance(chunk.length))
  bytes.on('error', (error) => parser.destroy(error))
  try {
    yield* bytes.pipe(parser) as AsyncIterable<Row>
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw unreadable(file, error)
    throw error
  } finally {
    bytes.destroy()
  }
}

function unreadable(file: DatasetFile, error: Error): McsimError {
  return new McsimError({ code: 'dataset-unreadable', message: `${file.path} cannot be read: ${error.message}` })
}
