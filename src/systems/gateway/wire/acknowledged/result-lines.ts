import type { ServerMessage } from '../dialect.ts'
import { excerptBytes } from '../excerpt.ts'
import { isRecord, MalformedResults, parseRecord, type ResultRecord, readResultRows } from '../result-rows.ts'
import type { Query, ResultPart, TopItemRow } from '../results.ts'

/*
 * Results of the `acknowledged` dialect: one JSON object per line. Older servers spell the types in lower case.
 */
interface LineType {
  readonly name: string
  readonly query: Query
  readonly metric?: TopItemRow['metric']
}

const lineTypes: readonly LineType[] = [
  { name: 'AMOUNT_FILTER_TRANSACTIONS', query: 'q1' },
  { name: 'TOP_ITEMS_BY_QUANTITY', query: 'q2', metric: 'quantity' },
  { name: 'TOP_ITEMS_BY_PROFIT', query: 'q2', metric: 'profit' },
  { name: 'TPV_SUMMARY', query: 'q3' },
  { name: 'TOP_CLIENTS_BIRTHDAYS', query: 'q4' },
]
const endName = 'EOF'
const summaryName = 'AMOUNT_FILTER_SUMMARY'

/** Reads one line, without its newline. */
export function readResultLine(line: Uint8Array): ServerMessage {
  try {
    return readMessage(parseRecord(textOf(line), 'the line'), line)
  } catch (error) {
    if (!(error instanceof MalformedResults)) throw error
    return { type: 'malformed', reason: error.message, excerpt: excerptBytes(line) }
  }
}

/** The line of one part, newline included. A part of `q2` has one metric, because each metric has a line of its own. */
export function encodeResultLine(part: ResultPart): string {
  const client = part.clientId === undefined ? {} : { client_id: part.clientId }
  const type = lineTypes.find(
    ({ query, metric }) => query === part.query && (query !== 'q2' || metric === metricOf(part)),
  )
  if (!type) throw new TypeError('a part of q2 needs its metric')
  return `${JSON.stringify({ type: type.name, results: toRecords(part), ...client })}\n`
}

export function encodeResultsEnd(clientId?: string): string {
  return `${JSON.stringify({ type: endName, ...(clientId === undefined ? {} : { client_id: clientId }) })}\n`
}

const textOf = (line: Uint8Array) => Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8')
const metricOf = (part: ResultPart) => (part.query === 'q2' ? part.metric : undefined)

function readMessage(message: ResultRecord, line: Uint8Array): ServerMessage {
  if (typeof message['type'] !== 'string') throw new MalformedResults('the line has no type')
  const name = message['type'].toUpperCase()
  const clientId = message['client_id']
  const client = clientId === undefined || clientId === null ? {} : { clientId: String(clientId) }
  if (name === endName) return { type: 'results-end', ...client }
  if (name === summaryName)
    return { type: 'results', part: { query: 'q1', rows: [], ...client, ...readSummary(message) } }
  const type = lineTypes.find((known) => known.name === name)
  if (!type) return { type: 'unknown-results', name: message['type'], ...client, excerpt: excerptBytes(line) }
  const records = message['results']
  if (!Array.isArray(records) || !records.every(isRecord))
    throw new MalformedResults(`${type.name}: results is not a list of objects`)
  return { type: 'results', part: { ...readResultRows(type.name, type.query, records, type.metric), ...client } }
}

/** Older servers tell only how many rows Q1 has, beside the type or within `results`. */
function readSummary(message: ResultRecord): { readonly totalRows: number } {
  const results = message['results']
  const first: unknown = Array.isArray(results) ? results[0] : results
  const count = message['results_count'] ?? (isRecord(first) ? first['results_count'] : undefined)
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return { totalRows: count }
  throw new MalformedResults(`${summaryName}: results_count is not a count`)
}

function toRecords(part: ResultPart): readonly ResultRecord[] {
  switch (part.query) {
    case 'q1':
      return part.rows.map((row) => ({
        transaction_id: row.transactionId,
        final_amount: row.finalAmount,
        created_at: row.createdAt,
      }))
    case 'q2':
      return part.rows.map((row) => ({
        year_month_created_at: row.month,
        item_id: row.itemId,
        item_name: row.itemName,
        [row.metric === 'quantity' ? 'sellings_qty' : 'profit_sum']: row.value,
      }))
    case 'q3':
      return part.rows.map((row) => ({
        year_half_created_at: row.half,
        store_id: row.storeId,
        tpv: row.total,
        store_name: row.storeName,
        year: Number(row.half.slice(0, 4)),
        semester: row.half.slice(5),
      }))
    case 'q4':
      return part.rows.map((row) => ({
        user_id: row.userId,
        store_id: row.storeId,
        store_name: row.storeName,
        birthdate: row.birthdate,
        purchases_qty: row.purchases,
      }))
  }
}
