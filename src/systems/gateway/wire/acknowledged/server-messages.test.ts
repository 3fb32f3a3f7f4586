import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ServerMessage } from '../dialect.ts'
import type { ResultPart } from '../results.ts'
import { acknowledged } from './index.ts'
import { encodeResultLine, encodeResultsEnd } from './result-lines.ts'
import { encodeAnswer } from './server-messages.ts'

function decode(...chunks: readonly (Uint8Array | string)[]): readonly ServerMessage[] {
  const decoder = acknowledged.createServerMessageDecoder({ maxMessageBytes: 4096 })
  return chunks.flatMap((chunk) => decoder.push(Buffer.from(chunk as Uint8Array)))
}

const parts: readonly ResultPart[] = [
  { query: 'q1', rows: [{ transactionId: 't1', finalAmount: 75.5, createdAt: '2024-01-14 12:15:00' }] },
  {
    query: 'q2',
    metric: 'quantity',
    rows: [{ month: '2024-01', metric: 'quantity', itemName: 'A', itemId: 1, value: 9 }],
  },
  {
    query: 'q2',
    metric: 'profit',
    rows: [{ month: '2024-01', metric: 'profit', itemName: 'B', itemId: 2, value: 50.25 }],
  },
  { query: 'q3', rows: [{ half: '2024-H1', storeName: 'S "1", x', storeId: 1, total: 1000.25 }] },
  { query: 'q4', rows: [{ storeName: 'S', birthdate: '1971-01-11', storeId: 1, userId: 7, purchases: 3 }] },
]

describe('acknowledged server messages', () => {
  it('read the documented answers', () => {
    expect(decode(Buffer.from('00000008000000000000000800000001', 'hex'))).toEqual([
      { type: 'answer', ok: true },
      { type: 'answer', ok: false },
    ])
    expect(encodeAnswer(true).toString('hex')).toBe('0000000800000000')
    expect(encodeAnswer(false).toString('hex')).toBe('0000000800000001')
  })

  it('read the documented result lines', () => {
    const lines = [
      '{"type":"AMOUNT_FILTER_TRANSACTIONS","results":[{"transaction_id":"t1","store_id":1,"final_amount":75.0,"created_at":"2024-01-14 12:15:00"}],"client_id":"c-1"}',
      '{"type":"TOP_ITEMS_BY_QUANTITY","results":[{"year_month_created_at":"2024-01","item_id":"2","item_name":"Latte","sellings_qty":"12"}]}',
      '{"type":"TOP_ITEMS_BY_PROFIT","results":[{"year_month_created_at":"2024-01","item_id":2,"item_name":"Latte","profit_sum":8.5}]}',
      '{"type":"TPV_SUMMARY","results":[{"year_half_created_at":"2024-H1","store_id":3,"tpv":99.75,"store_name":"S3","year":2024,"semester":"H1"}]}',
      '{"type":"TOP_CLIENTS_BIRTHDAYS","results":[{"user_id":7,"store_id":3,"store_name":"S3","birthdate":"1971-01-11 00:00:00","purchases_qty":4}]}',
      '{"type":"EOF","client_id":"c-1"}',
    ]
    expect(decode(`${lines.join('\n')}\n`)).toEqual([
      {
        type: 'results',
        part: {
          query: 'q1',
          clientId: 'c-1',
          rows: [{ transactionId: 't1', finalAmount: 75, createdAt: '2024-01-14 12:15:00' }],
        },
      },
      {
        type: 'results',
        part: {
          query: 'q2',
          metric: 'quantity',
          rows: [{ month: '2024-01', metric: 'quantity', itemName: 'Latte', itemId: 2, value: 12 }],
        },
      },
      {
        type: 'results',
        part: {
          query: 'q2',
          metric: 'profit',
          rows: [{ month: '2024-01', metric: 'profit', itemName: 'Latte', itemId: 2, value: 8.5 }],
        },
      },
      {
        type: 'results',
        part: { query: 'q3', rows: [{ half: '2024-H1', storeName: 'S3', storeId: 3, total: 99.75 }] },
      },
      {
        type: 'results',
        part: {
          query: 'q4',
          rows: [{ storeName: 'S3', birthdate: '1971-01-11', storeId: 3, userId: 7, purchases: 4 }],
        },
      },
      { type: 'results-end', clientId: 'c-1' },
    ])
  })

  it('read older servers: lower-case types, no client id, a count in place of rows', () => {
    const lines =
      '{"type":"amount_filter_summary","results_count":42}\n{"type":"tpv_summary","results":[]}\n{"type":"eof"}\n'
    expect(decode(lines)).toEqual([
      { type: 'results', part: { query: 'q1', rows: [], totalRows: 42 } },
      { type: 'results', part: { query: 'q3', rows: [] } },
      { type: 'results-end' },
    ])
  })

  it('read answers and result lines mixed, over any split', () => {
    const stream = Buffer.concat([
      encodeAnswer(true),
      Buffer.from(parts.map(encodeResultLine).join('')),
      Buffer.from(encodeResultsEnd('c')),
      Buffer.from('\r\n'),
      encodeAnswer(false),
    ])
    const expected: ServerMessage[] = [
      { type: 'answer', ok: true },
      ...parts.map((part) => ({ type: 'results' as const, part })),
      { type: 'results-end', clientId: 'c' },
      { type: 'answer', ok: false },
    ]
    fc.assert(
      fc.property(fc.array(fc.nat({ max: stream.length }), { maxLength: 20 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length]
        const chunks = places.slice(1).map((end, i) => stream.subarray(places[i], end))
        expect(decode(...chunks)).toEqual(expected)
      }),
    )
  })

  it('name a result type that they do not know', () => {
    expect(decode('{"type":"MOON_PHASE","results":[],"client_id":"c"}\n')).toMatchObject([
      { type: 'unknown-results', name: 'MOON_PHASE', clientId: 'c' },
    ])
  })

  it.each([
    ['{oops}', 'the line is not JSON'],
    ['{"results":[]}', 'the line has no type'],
    ['{"type":"TPV_SUMMARY","results":{}}', 'TPV_SUMMARY: results is not a list of objects'],
    ['{"type":"TPV_SUMMARY","results":[null]}', 'TPV_SUMMARY: results is not a list of objects'],
    [
      '{"type":"TPV_SUMMARY","results":[{"year_half_created_at":"2024-H1","store_name":"S","tpv":"1e999"}]}',
      'TPV_SUMMARY: row 1: tpv is "1e999", not a number',
    ],
    [
      '{"type":"TPV_SUMMARY","results":[{"__proto__":{"store_name":"S"},"year_half_created_at":"2024-H1"}]}',
      'TPV_SUMMARY: row 1: store_name is missing, not text',
    ],
    ['{"type":"AMOUNT_FILTER_SUMMARY","results_count":-1}', 'AMOUNT_FILTER_SUMMARY: results_count is not a count'],
  ])('report a malformed line and go on with the next: %s', (line, reason) => {
    expect(decode(`${line}\n{"type":"EOF"}\n`)).toEqual([
      { type: 'malformed', reason, excerpt: line.slice(0, 80) },
      { type: 'results-end' },
    ])
  })

  it('survive a line of brackets as deep as the limit allows', () => {
    const line = `{"type":"EOF","x":${'['.repeat(2000)}${']'.repeat(2000)}}\n`
    expect(decode(line)).toEqual([{ type: 'results-end' }])
  })

  it('stop at bytes that are neither, and at a line without end', () => {
    expect(decode('HTTP/1.1 400 Bad Request\r\n', encodeAnswer(true))).toEqual([
      { type: 'malformed', reason: 'neither an answer nor a line of JSON', excerpt: 'HTTP/1.1 400 Bad Request\r\n' },
    ])
    expect(decode(`{${'x'.repeat(3000)}`, 'x'.repeat(3000))).toMatchObject([
      { type: 'malformed', reason: 'a line is longer than the limit of 4096 bytes' },
    ])
    expect(decode(Buffer.from('000000090000000000', 'hex'))).toMatchObject([
      { type: 'malformed', reason: 'an answer has 9 bytes, not 8', excerpt: '000000090000000000' },
    ])
  })
})
