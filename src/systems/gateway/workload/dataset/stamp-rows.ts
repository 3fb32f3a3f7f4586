import { hash32 } from '../../../../core/hash.ts'
import { createMint, deriveRunKey } from '../../../../core/marker.ts'
import type { PlannedClient } from '../../../../core/plan.ts'
import type { GatewayParams } from '../../params.ts'
import type { Batch } from '../../wire/rows.ts'

/** Makes a row of a user's dataset this client's own. */
export type Stamp = (batch: Batch) => Batch

/**
 * Every transaction id becomes `marker.original`. The marker's sequence number is a hash of the original, so that a
 * transaction and its items get the same id though nothing is remembered; two originals may share a number, but not
 * an id, because the original stays in it. Names get a marker at their end. Amounts grow by up to 16 per client, and
 * birthdates move by as many days, so that clients that read one folder expect different answers.
 */
export function createStamp(client: PlannedClient<GatewayParams>, iteration: number): Stamp {
  const mint = createMint(deriveRunKey(client.runId), 'payload', client.arrival.client, iteration)
  const share = 1 + ((client.arrival.client + 7 * iteration) % 64)
  const stampId = (id: string) => `${mint(hash32(id) >>> 8)}.${id}`
  const stampName = (name: string, id: number) => `${name} ${mint(id & 0xff_ffff)}`
  const raise = (amount: number) => Math.round((amount + share / 4) * 100) / 100
  return (batch) => {
    switch (batch.kind) {
      case 'users':
        return map(batch, (row) => ({ ...row, birthdateS: row.birthdateS + share * 86_400 }))
      case 'stores':
        return map(batch, (row) => ({ ...row, storeName: stampName(row.storeName, row.storeId) }))
      case 'menu_items':
        return map(batch, (row) => ({ ...row, itemName: stampName(row.itemName, row.itemId) }))
      case 'transactions':
        return map(batch, (row) => ({
          ...row,
          transactionId: stampId(row.transactionId),
          originalAmount: raise(row.originalAmount),
          finalAmount: raise(row.finalAmount),
        }))
      case 'transaction_items':
        return map(batch, (row) => ({
          ...row,
          transactionId: stampId(row.transactionId),
          subtotal: raise(row.subtotal),
        }))
    }
  }
}

function map<K extends string, Row>(
  batch: { readonly kind: K; readonly rows: readonly Row[] },
  stamp: (row: Row) => Row,
) {
  return { kind: batch.kind, rows: batch.rows.map(stamp) }
}
