import { describe, expect, it } from 'vitest'
import type { ServerMessage } from '../dialect.ts'
import type { ResultPart } from '../results.ts'
import { encodeSequencedError, encodeSequencedOk } from './final-answer.ts'
import { sequenced } from './index.ts'

const decode = (...chunks: readonly Uint8Array[]): readonly ServerMessage[] => {
  const decoder = sequenced.createServerMessageDecoder({ maxMessageBytes: 4096 })
  return chunks.flatMap((chunk) => decoder.push(chunk))
}

const parts: readonly ResultPart[] = [
  { query: 'q1', rows: [{ transactionId: 't1', finalAmount: 75.5 }] },
  { query: 'q2', metric: 'quantity', rows: [{ month: '2024-01', metric: 'quantity', itemName: 'A', value: 9 }] },
  { query: 'q2', metric: 'profit', rows: [{ month: '2024-01', metric: 'profit', itemName: 'B', value: 50.25 }] },
  { query: 'q3', rows: [{ half: '2024-H1', storeName: 'S "1", x', total: 1000.25 }] },
]

describe('sequenced answers', () => {
  it('read what the reference encoder writes, and name what is missing', () => {
    const bytes = encodeSequencedOk({ sessionId: 's-1', batches: 2, records: 5, results: parts })
    expect(decode(bytes)).toMatchObject([
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
    expect(decode(frame(text))).toMatchObject([
      {
        results: [
          { query: 'q3', rows: [{ half: '2025-H2', storeName: 'S', total: 5.5 }] },
          { query: 'q4', rows: [{ storeName: 'S', birthdate: '1980-05-06' }] },
        ],
      },
    ])
  })

  it('read the refusal of a full server', () => {
    expect(decode(encodeSequencedError('MAX_CLIENTS_REACHED', 'at most 5 clients'))).toMatchObject([
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
    expect(decode(frame(text))).toMatchObject([{ type: 'malformed', reason }])
  })
})

function frame(text: string): Buffer {
  const bytes = Buffer.from(text)
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([size, bytes])
}
