import { describe, expect, it } from 'vitest'
import { parseParams } from '../../../../test/support/gateway/parse-params.ts'
import { allTinyParts, tinyAnswers, tinyParts } from '../../../../test/support/gateway/tiny-answers.ts'
import { classesOf, messagesOf, UploadHistory } from '../../../../test/support/gateway/upload-history.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { ClientIndex } from '../../../core/plan.ts'
import type { ResultPart } from '../wire/results.ts'
import type { ExpectedAnswers } from '../workload/expected-answers.ts'
import { createExactnessChecker } from './results-exact.ts'

function judge(history: UploadHistory, params: JsonObject = {}) {
  return history.judge(createExactnessChecker(1 as ClientIndex, parseParams(params).rules))
}

const uploaded = (expected: ExpectedAnswers = tinyAnswers) => new UploadHistory().connect().begin().end(expected)

/** All parts, with one replaced. */
const withPart = (part: ResultPart, replaced: ResultPart) => allTinyParts.map((one) => (one === replaced ? part : one))

describe('results-exact', () => {
  it('is content with the answers of the own upload', () => {
    const conclusion = judge(
      uploaded()
        .part(...allTinyParts)
        .collected(),
    )
    expect(conclusion).toMatchObject({ examined: 5, undecidable: 0, violations: [] })
    expect(conclusion.coverage).toEqual({ answersCompared: 5 })
  })

  it('says by how much a total is wrong, with both answers', () => {
    const q3 = { ...tinyParts.q3, rows: [{ ...tinyParts.q3.rows[0], total: 1389.5 }] } as ResultPart
    const conclusion = judge(
      uploaded()
        .part(...withPart(q3, tinyParts.q3))
        .collected(),
    )
    expect(messagesOf(conclusion)).toEqual([
      'client 1, upload 1: Q3 total of store 1 in 2024-H1 is 1 234.50 too high (1 389.50 instead of 155)',
    ])
    expect(conclusion.violations[0]).toMatchObject({
      class: 'wrong',
      expected: { query: 'q3', iteration: 0, answer: [{ storeId: 1, total: 155 }] },
      received: { answer: [{ total: 1389.5 }] },
    })
  })

  it('finds rows of Q1 that are too many, too few, doubled or others', () => {
    const q1 = (...rows: { transactionId: string; finalAmount: number }[]): ResultPart => ({ query: 'q1', rows })
    const rest = allTinyParts.slice(2)
    const [t1, t2] = [
      { transactionId: 't1', finalAmount: 75 },
      { transactionId: 't2', finalAmount: 80 },
    ] as const
    const judgeRows = (...parts: ResultPart[]) =>
      judge(
        uploaded()
          .part(...parts, ...rest)
          .collected(),
      )
    expect(messagesOf(judgeRows(q1(t1, t2, { transactionId: 'x', finalAmount: 90 })))[0]).toContain('1 rows too many')
    expect(classesOf(judgeRows(q1(t1)))).toEqual(['lost'])
    expect(classesOf(judgeRows(q1(t1, t2), q1(t1, t2)))).toEqual(['duplicate'])
    expect(messagesOf(judgeRows(q1(t1, { ...t2, finalAmount: 81 })))[0]).toContain(
      'sum of the Q1 amounts is 1 too high',
    )
    expect(messagesOf(judgeRows(q1(t1, { ...t2, transactionId: 'x' })))[0]).toContain('other ids or amounts')
    expect(judgeRows(q1(t2), q1(t1)).violations).toEqual([])
  })

  it('compares the count alone where a server tells no more', () => {
    const rest = allTinyParts.slice(2)
    const tell = (totalRows: number) =>
      judge(
        uploaded()
          .part({ query: 'q1', rows: [], totalRows }, ...rest)
          .collected(),
      )
    expect(tell(2).violations).toEqual([])
    expect(messagesOf(tell(5))[0]).toContain('3 rows too many (5 instead of 2)')
  })

  it('finds a wrong name, value, month or item of Q2', () => {
    const judgeQuantity = (...rows: { month?: string; itemName?: string; itemId?: number; value?: number }[]) => {
      const told = rows.map((row) => ({ ...tinyParts.quantity.rows[0], ...row }))
      return judge(
        uploaded()
          .part(...withPart({ ...tinyParts.quantity, rows: told } as ResultPart, tinyParts.quantity))
          .collected(),
      )
    }
    expect(messagesOf(judgeQuantity({ itemName: 'Mocha' }))[0]).toContain('told of "Mocha", not of "Latte"')
    expect(messagesOf(judgeQuantity({ value: 7 }))[0]).toContain('is 4 too high')
    expect(messagesOf(judgeQuantity())[0]).toContain('no top item by quantity for 2024-05')
    expect(messagesOf(judgeQuantity({}, { month: '2024-07' }))[0]).toContain('for 2024-07')
  })

  it('takes any of the items that tie', () => {
    const winners = [...(tinyAnswers.q2[0]?.winners ?? []), { itemId: 3, itemName: 'Mocha' }]
    const expected = { ...tinyAnswers, q2: tinyAnswers.q2.map((item) => ({ ...item, winners })) }
    const mocha = [{ month: '2024-05', metric: 'quantity' as const, itemName: 'Mocha', value: 3 }]
    const part: ResultPart = { query: 'q2', metric: 'quantity', rows: mocha }
    expect(
      judge(
        uploaded(expected)
          .part(...withPart(part, tinyParts.quantity))
          .collected(),
      ).violations,
    ).toEqual([])
  })

  it('names the purchases of the top users where the server tells them, because these alone may be wrong', () => {
    const [store] = tinyAnswers.q4
    const [user] = store?.certain ?? []
    const rows = [{ storeName: 'Shop', birthdate: user?.birthdate ?? '', purchases: 9 }]
    const [message] = messagesOf(
      judge(
        uploaded()
          .part(...withPart({ query: 'q4', rows }, tinyParts.q4))
          .collected(),
      ),
    )
    expect(message).toContain(
      `are ${user?.birthdate} (9 purchases); expected ${user?.birthdate} (${user?.purchases} purchases)`,
    )
  })

  it('takes any of the users who tie for the last place, and no others', () => {
    const users = ['1980-01-01', '1990-01-01'].map((birthdate, i) => ({ userId: 8 + i, birthdate, purchases: 1 }))
    const q4 = tinyAnswers.q4.map((store) => ({ ...store, tied: users, places: 1 }))
    const expected = { ...tinyAnswers, q4 }
    const judgeUsers = (...birthdates: string[]) => {
      const rows = birthdates.map((birthdate) => ({ storeName: 'Shop', birthdate }))
      return judge(
        uploaded(expected)
          .part(...withPart({ query: 'q4', rows }, tinyParts.q4))
          .collected(),
      )
    }
    expect(judgeUsers('1971-01-01', '1990-01-01').violations).toEqual([])
    expect(judgeUsers('1980-01-01', '1971-01-01').violations).toEqual([])
    expect(judgeUsers('1971-01-01').violations).toHaveLength(1)
    expect(judgeUsers('1971-01-01', '1980-01-01', '1990-01-01').violations).toHaveLength(1)
    expect(messagesOf(judgeUsers('1971-01-01', '2001-01-01'))[0]).toContain(
      'birthdates of store 1 are 1971-01-01, 2001',
    )
  })

  it('stays within the tolerance that the rules state', () => {
    const q3 = { ...tinyParts.q3, rows: [{ ...tinyParts.q3.rows[0], total: 155.01 }] } as ResultPart
    const history = () =>
      uploaded()
        .part(...withPart(q3, tinyParts.q3))
        .collected()
    expect(judge(history()).violations).toHaveLength(1)
    expect(judge(history(), { tolerance: 1e-3 }).violations).toEqual([])
  })

  it('does not judge Q1 where something is missing, and nothing where the connection broke', () => {
    const part = uploaded().part(tinyParts.q1[0] as ResultPart, tinyParts.q3)
    expect(judge(part.collected(['q4'], 'results-missing'))).toMatchObject({
      examined: 1,
      undecidable: 1,
      violations: [],
    })
    const cut = uploaded()
      .part(tinyParts.q1[0] as ResultPart)
      .collected(['q3'], 'connection-lost')
    expect(judge(cut)).toMatchObject({ examined: 0, undecidable: 1, violations: [] })
  })

  it('examines nothing of an upload that failed or was ended on purpose', () => {
    expect(judge(new UploadHistory().connect().begin().fail('server-error'))).toMatchObject({ examined: 0 })
    const partial = new UploadHistory().connect().begin(0, 'partial-upload').part(tinyParts.q3)
    expect(judge(partial)).toMatchObject({ examined: 0, violations: [] })
  })

  it('counts what came late for the upload that it belongs to', () => {
    const history = uploaded()
      .part(...allTinyParts)
      .collected()
      .part({ query: 'q1', rows: [{ transactionId: 'x', finalAmount: 90 }] })
    expect(messagesOf(judge(history.begin(1).fail('aborted')))[0]).toContain('upload 1: Q1 has 1 rows too many')
  })
})
