import type { AmountRow, Query, ResultPart, StoreTotalRow, TopItemRow, TopUserRow } from './results.ts'

/*
 * The three dialects name the fields of their results alike, whether these come as JSON objects, as columns and rows
 * or as CSV. Fields are found by name; numbers may be text.
 */

/** One result row, by field name. */
export type ResultRecord = Readonly<Record<string, unknown>>

type Metric = TopItemRow['metric']

/** What a server sent as results is not what the dialect says; the message names row and field. */
export class MalformedResults extends Error {}

export function isRecord(value: unknown): value is ResultRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Throws `MalformedResults` that calls the text by `name`. */
export function parseRecord(text: string, name: string): ResultRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MalformedResults(`${name} is not JSON`)
  }
  if (isRecord(value)) return value
  throw new MalformedResults(`${name} is not a JSON object`)
}

/** `name` is what messages call the part; `metric` is given where the part as a whole has one, else each row tells its own. */
export function readResultRows(
  name: string,
  query: Query,
  records: readonly ResultRecord[],
  metric?: Metric,
): ResultPart {
  try {
    return readRows(query, records, metric)
  } catch (error) {
    if (error instanceof MalformedResults) error.message = `${name}: ${error.message}`
    throw error
  }
}

function readRows(query: Query, records: readonly ResultRecord[], metric?: Metric): ResultPart {
  switch (query) {
    case 'q1':
      return { query, rows: records.map(readAmountRow) }
    case 'q2':
      return { query, ...(metric && { metric }), rows: records.map((record, i) => readTopItemRow(record, i, metric)) }
    case 'q3':
      return { query, rows: records.map(readStoreTotalRow) }
    case 'q4':
      return { query, rows: records.map(readTopUserRow) }
  }
}

function readAmountRow(record: ResultRecord, index: number): AmountRow {
  const createdAt = record['created_at']
  return {
    transactionId: text(record, index, 'transaction_id'),
    finalAmount: number(record, index, 'final_amount'),
    ...(typeof createdAt === 'string' && { createdAt }),
  }
}

function readTopItemRow(record: ResultRecord, index: number, metricOfPart?: Metric): TopItemRow {
  const metric = metricOfPart ?? readMetric(record, index)
  return {
    month: text(record, index, 'year_month_created_at'),
    metric,
    itemName: text(record, index, 'item_name'),
    ...optional(record, index, 'item_id', 'itemId'),
    value: number(record, index, metric === 'quantity' ? 'sellings_qty' : 'profit_sum'),
  }
}

function readMetric(record: ResultRecord, index: number): Metric {
  const name = text(record, index, 'metric_type')
  if (name === 'most_sold') return 'quantity'
  if (name === 'most_profitable') return 'profit'
  throw new MalformedResults(`row ${index + 1}: metric_type is "${name}", neither most_sold nor most_profitable`)
}

function readStoreTotalRow(record: ResultRecord, index: number): StoreTotalRow {
  return {
    half: text(record, index, 'year_half_created_at'),
    storeName: text(record, index, 'store_name'),
    ...optional(record, index, 'store_id', 'storeId'),
    total: number(record, index, 'tpv'),
  }
}

function readTopUserRow(record: ResultRecord, index: number): TopUserRow {
  return {
    storeName: text(record, index, 'store_name'),
    birthdate: text(record, index, 'birthdate').replace(/^(\d{4}-\d\d-\d\d)[T ].*$/s, '$1'),
    ...optional(record, index, 'store_id', 'storeId'),
    ...optional(record, index, 'user_id', 'userId'),
    ...optional(record, index, 'purchases_qty', 'purchases'),
  }
}

function text(record: ResultRecord, index: number, field: string): string {
  const value = Object.hasOwn(record, field) ? record[field] : undefined
  if (typeof value === 'string') return value
  throw new MalformedResults(`row ${index + 1}: ${field} is ${describe(value)}, not text`)
}

function number(record: ResultRecord, index: number, field: string): number {
  const value = Object.hasOwn(record, field) ? record[field] : undefined
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
  const parsed = isNumber ? Number(value) : Number.NaN
  if (Number.isFinite(parsed)) return parsed
  throw new MalformedResults(`row ${index + 1}: ${field} is ${describe(value)}, not a number`)
}

/** A number that some servers leave out. */
function optional<Name extends string>(record: ResultRecord, index: number, field: string, name: Name) {
  const value = Object.hasOwn(record, field) ? record[field] : undefined
  if (value === undefined || value === null || value === '') return {}
  return { [name]: number(record, index, field) } as { readonly [N in Name]: number }
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  return JSON.stringify(value).slice(0, 60)
}
