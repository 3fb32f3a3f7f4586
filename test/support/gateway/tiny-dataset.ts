import type { Batch, Kind } from '../../../src/systems/gateway/wire/rows.ts'
import type { UploadSource } from '../../../src/systems/gateway/workload/upload-source.ts'

const createdAtS = Date.UTC(2024, 4, 1, 10) / 1000
const store = { storeId: 1, storeName: 'Shop', street: 'St', postalCode: '5', city: 'C', state: 'S' }
const menuItem = { itemId: 2, itemName: 'Latte', category: 'coffee', price: 6, isSeasonal: false }

/** One batch of each kind, in the order of the upload; the transactions are t1 and t2, of 75 and 80. */
export const tinyDataset: readonly Batch[] = [
  { kind: 'users', rows: [{ userId: 7, gender: 'male', birthdateS: 31536000, registeredAtS: createdAtS }] },
  { kind: 'stores', rows: [{ ...store, latitude: 1.5, longitude: 2 }] },
  { kind: 'menu_items', rows: [{ ...menuItem, availableFromS: 0, availableToS: 0 }] },
  { kind: 'transactions', rows: [transaction('t1', 75), transaction('t2', 80)] },
  {
    kind: 'transaction_items',
    rows: [{ transactionId: 't1', itemId: 2, quantity: 3, unitPrice: 25, subtotal: 75, createdAtS }],
  },
]

function transaction(transactionId: string, finalAmount: number) {
  const ids = { transactionId, storeId: 1, paymentMethodId: 1, voucherId: 0, userId: 7 }
  return { ...ids, originalAmount: finalAmount, discountApplied: 0, finalAmount, createdAtS }
}

export function openTinyUpload(): UploadSource {
  let read = 0
  function* batchesOf(kind: Kind) {
    for (const batch of tinyDataset.filter((batch) => batch.kind === kind)) {
      read++
      yield batch
    }
  }
  return { batchesOf, progress: () => read / tinyDataset.length, skipped: () => ({ rows: 0, examples: [] }) }
}
