/** What the four queries answer, in a form common to the three dialects. Months are `2024-05`, halves `2024-H1`, dates `1971-01-11`. */
export interface AmountRow {
  readonly transactionId: string
  readonly finalAmount: number
  /** Where the dialect tells it: `2024-01-14 12:15:00`. */
  readonly createdAt?: string
}

export interface TopItemRow {
  readonly month: string
  readonly metric: 'quantity' | 'profit'
  readonly itemName: string
  /** Where the dialect tells it. */
  readonly itemId?: number
  readonly value: number
}

export interface StoreTotalRow {
  readonly half: string
  readonly storeName: string
  readonly storeId?: number
  readonly total: number
}

export interface TopUserRow {
  readonly storeName: string
  readonly birthdate: string
  readonly storeId?: number
  readonly userId?: number
  readonly purchases?: number
}

export const queries = ['q1', 'q2', 'q3', 'q4'] as const

export type Query = (typeof queries)[number]

/**
 * A part of the results, as one line, file or answer brings it. Q1 may come in several parts; Q2 comes in one part
 * per metric in the `acknowledged` dialect. `clientId` is what the server calls this client, where it says so.
 * `totalRows` is what older servers send in place of the rows: how many there are.
 */
export type ResultPart = { readonly clientId?: string } & (
  | { readonly query: 'q1'; readonly rows: readonly AmountRow[]; readonly totalRows?: number }
  | { readonly query: 'q2'; readonly metric?: 'quantity' | 'profit'; readonly rows: readonly TopItemRow[] }
  | { readonly query: 'q3'; readonly rows: readonly StoreTotalRow[] }
  | { readonly query: 'q4'; readonly rows: readonly TopUserRow[] }
)
