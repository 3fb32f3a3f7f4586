import type { ResultPart } from '../../wire/results.ts'
import type { Kind } from '../../wire/rows.ts'
import type { Table } from '../pipeline/table.ts'

/** A piece of state that a checkpoint carries as a table. Loading adds to what is there. */
interface SavedPart {
  save(): Table
  load(table: Table): void
}

/** What an owner stage builds up for one client, chunk by chunk, until it can answer that client's query. */
export interface Aggregate {
  readonly parts: Readonly<Record<string, SavedPart>>
  add(kind: Kind, table: Table): void
  /** Never empty: a query without rows still has an answer. */
  answer(): ResultPart[]
}
