import type { Batch, Kind } from '../wire/rows.ts'
import { generateItem, generateMenuItem, generateStore, generateTransaction, generateUser } from './generate-rows.ts'
import type { OwnerIdentity } from './owner-identity.ts'
import { countUsers, items, linesPerTransaction, stores } from './row-keys.ts'
import type { UploadSource } from './upload-source.ts'

/** A dataset of `rows` transactions that is made as it is read; it takes no more memory than one batch. */
export function generateBatches(owner: OwnerIdentity, rows: number, batchRows: number): UploadSource {
  const users = countUsers(rows, batchRows)
  const total = users + stores + items + rows + rows * linesPerTransaction
  let made = 0
  function* batchesOf(kind: Kind): Iterable<Batch> {
    for (const [from, to] of splitEvenly(countRows(kind), batchRows)) {
      const batch = makeBatch(kind, from, to)
      made += batch.rows.length
      yield batch
    }
  }
  const countRows = (kind: Kind) =>
    ({ users, stores, menu_items: items, transactions: rows, transaction_items: rows * linesPerTransaction })[kind]
  const makeBatch = (kind: Kind, from: number, to: number): Batch => {
    switch (kind) {
      case 'users':
        return { kind, rows: fill(from, to, (index) => generateUser(owner, index)) }
      case 'stores':
        return { kind, rows: fill(from, to, (index) => generateStore(owner, index)) }
      case 'menu_items':
        return { kind, rows: fill(from, to, (index) => generateMenuItem(owner, index)) }
      case 'transactions':
        return { kind, rows: fill(from, to, (index) => generateTransaction(owner, index, rows, users)) }
      case 'transaction_items':
        return { kind, rows: fill(from, to, (line) => generateItem(owner, line, rows, users)) }
    }
  }
  return { batchesOf, progress: () => Math.min(1, made / total), skipped: () => ({ rows: 0, examples: [] }) }
}

function fill<Row>(from: number, to: number, make: (index: number) => Row): Row[] {
  const rows: Row[] = []
  for (let index = from; index < to; index++) rows.push(make(index))
  return rows
}

/** Batches of nearly equal size, so that the last has not too few rows to show in an answer. */
function* splitEvenly(rows: number, batchRows: number): Iterable<readonly [from: number, to: number]> {
  const batches = Math.ceil(rows / batchRows)
  for (let batch = 0; batch < batches; batch++)
    yield [Math.floor((batch * rows) / batches), Math.floor(((batch + 1) * rows) / batches)]
}
