import type { ResultPart } from '../../../src/systems/gateway/wire/results.ts'
import { digestAmounts } from '../../../src/systems/gateway/workload/amount-digest.ts'
import type { ExpectedAnswers } from '../../../src/systems/gateway/workload/expected-answers.ts'

const amounts = [
  { transactionId: 't1', finalAmount: 75 },
  { transactionId: 't2', finalAmount: 80 },
]
const latte = [{ itemId: 2, itemName: 'Latte' }]
const user = { userId: 7, birthdate: '1971-01-01', purchases: 2 }

/** What the tiny upload must be answered. */
export const tinyAnswers: ExpectedAnswers = {
  q1: digestAmounts(amounts),
  q2: [
    { month: '2024-05', metric: 'quantity', value: 3, winners: latte },
    { month: '2024-05', metric: 'profit', value: 75, winners: latte },
  ],
  q3: [{ half: '2024-H1', storeId: 1, storeName: 'Shop', total: 155 }],
  q4: [{ storeId: 1, storeName: 'Shop', certain: [user], tied: [], places: 0 }],
}

const topItem = { month: '2024-05', itemId: 2, itemName: 'Latte' }

/** The same as a server sends it, by query; Q1 in two parts. */
export const tinyParts = {
  q1: [
    { query: 'q1', rows: amounts.slice(0, 1) },
    { query: 'q1', rows: amounts.slice(1) },
  ],
  quantity: { query: 'q2', metric: 'quantity', rows: [{ ...topItem, metric: 'quantity', value: 3 }] },
  profit: { query: 'q2', metric: 'profit', rows: [{ ...topItem, metric: 'profit', value: 75 }] },
  q3: { query: 'q3', rows: [{ half: '2024-H1', storeName: 'Shop', storeId: 1, total: 155 }] },
  q4: { query: 'q4', rows: [{ storeName: 'Shop', storeId: 1, userId: 7, birthdate: '1971-01-01', purchases: 2 }] },
} satisfies Readonly<Record<string, ResultPart | ResultPart[]>>

export const allTinyParts: readonly ResultPart[] = [
  ...tinyParts.q1,
  tinyParts.quantity,
  tinyParts.profit,
  tinyParts.q3,
  tinyParts.q4,
]
