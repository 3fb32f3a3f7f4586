import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DialectName, ServerMessage } from './dialect.ts'
import {
  encodeAnswer,
  encodeResultFile,
  encodeResultLine,
  encodeResultsEnd,
  encodeSequencedError,
  encodeSequencedOk,
  encodeStreamedError,
  encodeStreamedOk,
  getDialect,
  MalformedResults,
  parseResultFile,
} from './index.ts'
import type { ResultPart } from './results.ts'

function decode(dialect: DialectName, ...chunks: readonly (Uint8Array | string)[]): readonly ServerMessage[] {
  const decoder = getDialect(dialect).createServerMessageDecoder({ maxMessageBytes: 4096 })
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

describe('acknowledged messages', () => {
  it('read the documented answers', () => {
    expect(decode('acknowledged', Buffer.from('00000008000000000000000800000001', 'hex'))).toEqual([
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
    expect(decode('acknowledged', `${lines.join('\n')}\n`)).toEqual([
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
    expect(decode('acknowledged', lines)).toEqual([
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
        expect(decode('acknowledged', ...chunks)).toEqual(expected)
      }),
    )
  })

  it('name a result type that they do not know', () => {
    expect(decode('acknowledged', '{"type":"MOON_PHASE","results":[],"client_id":"c"}\n')).toMatchObject([
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
    expect(decode('acknowledged', `${line}\n{"type":"EOF"}\n`)).toEqual([
      { type: 'malformed', reason, excerpt: line.slice(0, 80) },
      { type: 'results-end' },
    ])
  })

  it('survive a line of brackets as deep as the limit allows', () => {
    const line = `{"type":"EOF","x":${'['.repeat(2000)}${']'.repeat(2000)}}\n`
    expect(decode('acknowledged', line)).toEqual([{ type: 'results-end' }])
  })

  it('stop at bytes that are neither, and at a line without end', () => {
    expect(decode('acknowledged', 'HTTP/1.1 400 Bad Request\r\n', encodeAnswer(true))).toEqual([
      { type: 'malformed', reason: 'neither an answer nor a line of JSON', excerpt: 'HTTP/1.1 400 Bad Request\r\n' },
    ])
    expect(decode('acknowledged', `{${'x'.repeat(3000)}`, 'x'.repeat(3000))).toMatchObject([
      { type: 'malformed', reason: 'a line is longer than the limit of 4096 bytes' },
    ])
    expect(decode('acknowledged', Buffer.from('000000090000000000', 'hex'))).toMatchObject([
      { type: 'malformed', reason: 'an answer has 9 bytes, not 8', excerpt: '000000090000000000' },
    ])
  })
})

describe('streamed answers', () => {
  it('read the documented text', () => {
    const text = 'OK session=0a1b2c3d batches=12 total_records=3400'
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
    expect(encodeStreamedOk('0a1b2c3d', 12, 3400)).toEqual(bytes)
    expect(decode('streamed', bytes.subarray(0, 10), bytes.subarray(10))).toEqual([
      { type: 'final', ok: true, sessionId: '0a1b2c3d', batches: 12, records: 3400, text },
    ])
  })

  it('read errors, and two answers where a server sends two', () => {
    const bytes = encodeStreamedError('unknown type 9 at byte 4')
    expect(decode('streamed', Buffer.concat([bytes, bytes])).map((message) => message.type)).toEqual(['final', 'final'])
    expect(decode('streamed', bytes)).toMatchObject([{ ok: false, error: 'unknown type 9 at byte 4' }])
  })

  it.each([
    ['OK', 'neither "OK session'],
    ['OK session=../../etc batches=1 total_records=1', 'the session id has characters that no id may have'],
  ])('refuse %s', (text, reason) => {
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)])
    expect(decode('streamed', bytes)).toEqual([
      { type: 'malformed', reason: expect.stringContaining(reason), excerpt: text },
    ])
  })

  it('refuse a size above the limit before its bytes have come', () => {
    expect(decode('streamed', Buffer.from('7fffffff', 'hex'))).toMatchObject([
      { type: 'malformed', reason: 'an answer of 2147483647 bytes is longer than the limit of 4096' },
    ])
  })
})

describe('result files', () => {
  it('read the documented columns in any order', () => {
    expect(parseResultFile('q1', 'final_amount,transaction_id\r\n75.5,"a,b"\r\n').rows).toEqual([
      { transactionId: 'a,b', finalAmount: 75.5 },
    ])
    const top = `year_month_created_at,item_name,sellings_qty,profit_sum,metric_type
2024-01,Latte,12,3.5,most_sold
2024-01,Tea,1,99.75,most_profitable
`
    expect(parseResultFile('q2', top).rows).toEqual([
      { month: '2024-01', metric: 'quantity', itemName: 'Latte', value: 12 },
      { month: '2024-01', metric: 'profit', itemName: 'Tea', value: 99.75 },
    ])
    expect(parseResultFile('q3', 'year_half_created_at,store_name,tpv\n').rows).toEqual([])
    expect(parseResultFile('q4', '\ufeffstore_name,birthdate\n"S ""1""",1971-01-11\n').rows).toEqual([
      { storeName: 'S "1"', birthdate: '1971-01-11' },
    ])
  })

  it('round-trip whatever is in a name', () => {
    const names = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.array(fc.record({ storeName: names, birthdate: fc.constant('1990-02-03') })), (rows) => {
        expect(parseResultFile('q4', encodeResultFile({ query: 'q4', rows })).rows).toEqual(rows)
      }),
    )
  })

  it.each([
    ['q3', 'year_half_created_at,store_name\n2024-H1,S\n', 'query3.csv: row 1: tpv is missing, not a number'],
    ['q1', 'transaction_id,final_amount\nt1\n', 'Invalid Record Length'],
    ['q1', 'transaction_id,transaction_id\n', 'column transaction_id stands twice in the header'],
    [
      'q2',
      'year_month_created_at,item_name,sellings_qty,profit_sum,metric_type\n2024-01,A,1,1,best\n',
      'metric_type is "best"',
    ],
  ] as const)('refuse a %s file that does not fit', (query, text, message) => {
    expect(() => parseResultFile(query, text)).toThrow(MalformedResults)
    expect(() => parseResultFile(query, text)).toThrow(message)
  })
})

describe('sequenced answers', () => {
  it('read what the reference encoder writes, and name what is missing', () => {
    const bytes = encodeSequencedOk({ sessionId: 's-1', batches: 2, records: 5, results: parts.slice(0, 4) })
    expect(decode('sequenced', bytes)).toMatchObject([
      {
        type: 'final',
        ok: true,
        sessionId: 's-1',
        batches: 2,
        records: 5,
        missing: ['query4'],
        results: [
          { query: 'q1', rows: [{ transactionId: 't1', finalAmount: 75.5 }] },
          {
            query: 'q2',
            rows: [
              { metric: 'quantity', value: 9 },
              { metric: 'profit', value: 50.25 },
            ],
          },
          { query: 'q3', rows: [{ half: '2024-H1', storeName: 'S "1", x', total: 1000.25 }] },
        ],
      },
    ])
  })

  it('find columns by name in any order, and rows that are objects', () => {
    const text = JSON.stringify({
      status: 'OK',
      session_id: 'x',
      results: {
        query3: { columns: ['tpv', 'extra', 'store_name', 'year_half_created_at'], rows: [[5.5, 0, 'S', '2025-H2']] },
        query4: { columns: ['store_name', 'birthdate'], rows: [{ store_name: 'S', birthdate: '1980-05-06' }] },
      },
    })
    expect(decode('sequenced', frame(text))).toMatchObject([
      {
        results: [
          { query: 'q3', rows: [{ half: '2025-H2', storeName: 'S', total: 5.5 }] },
          { query: 'q4', rows: [{ storeName: 'S', birthdate: '1980-05-06' }] },
        ],
      },
    ])
  })

  it('read the refusal of a full server', () => {
    expect(decode('sequenced', encodeSequencedError('MAX_CLIENTS_REACHED', 'at most 5 clients'))).toMatchObject([
      { type: 'final', ok: false, error: 'MAX_CLIENTS_REACHED' },
    ])
  })

  it.each([
    ['[]', 'the answer is not a JSON object'],
    ['{"status":"MAYBE"}', 'status is neither OK nor ERROR'],
    ['{"status":"OK"}', 'session_id is missing or has characters that no id may have'],
    ['{"status":"OK","session_id":"s","results":{"query9":{}}}', 'results holds "query9", which is no query'],
    [
      '{"status":"OK","session_id":"s","results":{"query1":{"columns":["a"],"rows":[[1,2]]}}}',
      'query1: row 1 does not have the 1 columns',
    ],
    ['{"status":"OK","session_id":"s","batch_count":-1}', 'batch_count is not a count'],
  ])('refuse %s', (text, reason) => {
    expect(decode('sequenced', frame(text))).toMatchObject([{ type: 'malformed', reason }])
  })
})

function frame(text: string): Buffer {
  const bytes = Buffer.from(text)
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}
