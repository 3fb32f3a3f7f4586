import type { Query } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'

const filterStages = ['filter-year', 'filter-hour', 'filter-amount'] as const
/** Stages with a state per client: each client belongs to one partition, and one worker owns a partition. */
export const ownerStages = ['top-items', 'store-totals', 'top-users'] as const
export const stages = [...filterStages, ...ownerStages] as const

export type FilterStage = (typeof filterStages)[number]
export type OwnerStage = (typeof ownerStages)[number]
export type Stage = (typeof stages)[number]

/** Where rows go: to a stage, or to the client's results. */
export type Destination = Stage | 'results'

export const isOwnerStage = (to: Destination): to is OwnerStage => (ownerStages as readonly string[]).includes(to)

/** Where the gateway sends what a client uploads. */
export const uploadRoutes: Readonly<Record<Kind, readonly Stage[]>> = {
  users: ['top-users'],
  stores: ['store-totals', 'top-users'],
  menu_items: ['top-items'],
  transactions: ['filter-year'],
  transaction_items: ['filter-year'],
}

/** What an owner needs before it can answer its query for a client. */
export const ownerInputs: Readonly<Record<OwnerStage, { readonly query: Query; readonly kinds: readonly Kind[] }>> = {
  'top-items': { query: 'q2', kinds: ['transaction_items', 'menu_items'] },
  'store-totals': { query: 'q3', kinds: ['transactions', 'stores'] },
  'top-users': { query: 'q4', kinds: ['transactions', 'stores', 'users'] },
}
