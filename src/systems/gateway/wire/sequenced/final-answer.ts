import type { FinalAnswer } from '../dialect.ts'
import { encodeFinalText, isSessionId } from '../final-answer.ts'
import { resultColumns, toColumns } from '../result-columns.ts'
import { isRecord, MalformedResults, parseRecord, type ResultRecord, readResultRows } from '../result-rows.ts'
import { type Query, queries, type ResultPart } from '../results.ts'

/** What a server knows at the end of an upload. Queries that are not among the results are named as missing. */
export interface SequencedResults {
  readonly sessionId: string
  readonly batches: number
  readonly records: number
  readonly results: readonly ResultPart[]
}

const answerNames: Readonly<Record<Query, string>> = { q1: 'query1', q2: 'query2', q3: 'query3', q4: 'query4' }

export function encodeSequencedOk(answer: SequencedResults): Buffer {
  const present = queries.filter((query) => answer.results.some((part) => part.query === query))
  const tables = present.map((query) => {
    const parts = answer.results.filter((part) => part.query === query)
    return [answerNames[query], { columns: resultColumns[query], rows: parts.flatMap(toColumns) }] as const
  })
  const message = {
    status: 'OK',
    session_id: answer.sessionId,
    batch_count: answer.batches,
    total_processed: answer.records,
    summary: `${answer.records} records in ${answer.batches} batches`,
    results: Object.fromEntries(tables),
    missing_results: queries.filter((query) => !present.includes(query)).map((query) => answerNames[query]),
  }
  return encodeFinalText(JSON.stringify(message))
}

/** `error` is a code, such as `MAX_CLIENTS_REACHED`. */
export function encodeSequencedError(error: string, message: string): Buffer {
  return encodeFinalText(JSON.stringify({ status: 'ERROR', error, message }))
}

/** Throws `MalformedResults`. Columns are found by name, in any order. */
export function parseSequencedAnswer(text: string): FinalAnswer {
  const answer = parseRecord(text, 'the answer')
  if (answer['status'] === 'ERROR') return { type: 'final', ok: false, error: String(answer['error'] ?? ''), text }
  if (answer['status'] !== 'OK') throw new MalformedResults('status is neither OK nor ERROR')
  const sessionId = String(answer['session_id'] ?? '')
  if (!isSessionId(sessionId)) throw new MalformedResults('session_id is missing or has characters that no id may have')
  return {
    type: 'final',
    ok: true,
    sessionId,
    ...readCount(answer, 'batch_count', 'batches'),
    ...readCount(answer, 'total_processed', 'records'),
    results: readResults(answer['results']),
    missing: readNames(answer['missing_results']),
    text,
  }
}

function readResults(results: unknown): ResultPart[] {
  if (results === undefined || results === null) return []
  if (!isRecord(results)) throw new MalformedResults('results is not an object')
  const known = Object.values(answerNames)
  const unknown = Object.keys(results).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new MalformedResults(`results holds "${unknown}", which is no query`)
  return queries.flatMap((query) => {
    const name = answerNames[query]
    const table = Object.hasOwn(results, name) ? results[name] : undefined
    return table === undefined || table === null ? [] : [readTable(query, name, table)]
  })
}

function readTable(query: Query, name: string, table: unknown): ResultPart {
  if (!isRecord(table)) throw new MalformedResults(`${name} is not an object`)
  const columns = readNames(table['columns'])
  const rows = table['rows']
  if (!Array.isArray(rows)) throw new MalformedResults(`${name} has no rows`)
  const records = rows.map((row: unknown, i) => {
    if (isRecord(row)) return row
    if (!Array.isArray(row) || row.length !== columns.length)
      throw new MalformedResults(`${name}: row ${i + 1} does not have the ${columns.length} columns`)
    return Object.fromEntries(columns.map((column, at) => [column, row[at] as unknown]))
  })
  return readResultRows(name, query, records)
}

function readNames(value: unknown): string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value
  throw new MalformedResults('columns and missing_results must be lists of names')
}

function readCount<Name extends string>(answer: ResultRecord, field: string, name: Name) {
  const value = answer[field]
  if (value === undefined) return {}
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
    return { [name]: value } as { readonly [N in Name]: number }
  throw new MalformedResults(`${field} is not a count`)
}
