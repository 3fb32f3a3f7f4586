import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MalformedResults } from '../result-rows.ts'
import { encodeResultFile, parseResultFile } from './result-files.ts'

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
