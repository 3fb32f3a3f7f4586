import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { resultColumns, toColumns } from '../result-columns.ts'
import { MalformedResults, type ResultRecord, readResultRows } from '../result-rows.ts'
import type { Query, ResultPart } from '../results.ts'

/** The four files of a session, in `<resultsDir>/session_<id>/`. */
export const resultFileNames: Readonly<Record<Query, string>> = {
  q1: 'query1.csv',
  q2: 'query2.csv',
  q3: 'query3.csv',
  q4: 'query4.csv',
}

export function encodeResultFile(part: ResultPart): string {
  const lines = [resultColumns[part.query], ...toColumns(part)].map((fields) => fields.map(quoteField).join(','))
  return `${lines.join('\n')}\n`
}

/** Throws `MalformedResults` with what is wrong: no header, a missing column, a row that does not fit. */
export function parseResultFile(query: Query, text: string): ResultPart {
  return readResultRows(resultFileNames[query], query, parseRecords(text))
}

function parseRecords(text: string): ResultRecord[] {
  try {
    return parse(text, { columns: readHeader, bom: true, skip_empty_lines: true, trim: true })
  } catch (error) {
    if (error instanceof CsvError) throw new MalformedResults(error.message)
    throw error
  }
}

function readHeader(header: string[]): string[] {
  const repeated = header.find((name, i) => header.indexOf(name) !== i)
  if (repeated !== undefined) throw new MalformedResults(`column ${repeated} stands twice in the header`)
  return header
}

function quoteField(field: string | number | null): string {
  const text = field === null ? '' : String(field)
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
