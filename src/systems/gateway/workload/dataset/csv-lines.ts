import type { Batch } from '../../wire/rows.ts'
import { formatDate, formatDateTime } from '../calendar.ts'

/**
 * The lines of a batch, spelled as the real files are: ids of transactions' users and vouchers and all amounts as
 * floats, none as nothing. Texts are written as they are: generated ones need no quotes.
 */
export function formatLines(batch: Batch): string {
  switch (batch.kind) {
    case 'stores':
      return join(batch.rows, (row) => [
        row.storeId,
        row.storeName,
        row.street,
        row.postalCode,
        row.city,
        row.state,
        row.latitude,
        row.longitude,
      ])
    case 'menu_items':
      return join(batch.rows, (row) => [
        row.itemId,
        row.itemName,
        row.category,
        float(row.price),
        row.isSeasonal ? 'True' : 'False',
        row.availableFromS === 0 ? '' : formatDate(row.availableFromS),
        row.availableToS === 0 ? '' : formatDate(row.availableToS),
      ])
    case 'users':
      return join(batch.rows, (row) => [
        row.userId,
        row.gender,
        formatDate(row.birthdateS),
        formatDateTime(row.registeredAtS),
      ])
    case 'transactions':
      return join(batch.rows, (row) => [
        row.transactionId,
        row.storeId,
        row.paymentMethodId,
        row.voucherId === 0 ? '' : float(row.voucherId),
        row.userId === 0 ? '' : float(row.userId),
        float(row.originalAmount),
        float(row.discountApplied),
        float(row.finalAmount),
        formatDateTime(row.createdAtS),
      ])
    case 'transaction_items':
      return join(batch.rows, (row) => [
        row.transactionId,
        row.itemId,
        row.quantity,
        float(row.unitPrice),
        float(row.subtotal),
        formatDateTime(row.createdAtS),
      ])
  }
}

function join<Row>(rows: readonly Row[], fieldsOf: (row: Row) => readonly (string | number)[]): string {
  let lines = ''
  for (const row of rows) lines += `${fieldsOf(row).join(',')}\n`
  return lines
}

/** `50.0`, `74.75`. */
const float = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value))
