import type { RowCodecs } from '../row-codec.ts'

/** Row layouts of the `acknowledged` dialect (systems/gateway.md §3.1 of the design). */
export const acknowledgedRows: RowCodecs = {
  transactions: {
    minBytes: 36,
    write(writer, row) {
      writer.text(row.transactionId)
      writer.u32(row.storeId)
      writer.u32(row.paymentMethodId)
      writer.decimal(row.voucherId)
      writer.u32(row.userId)
      writer.decimal(row.originalAmount)
      writer.decimal(row.discountApplied)
      writer.decimal(row.finalAmount)
      writer.dateTime(row.createdAtS)
    },
    read: (reader) => ({
      transactionId: reader.text(),
      storeId: reader.u32(),
      paymentMethodId: reader.u32(),
      voucherId: reader.numberText('voucher_id'),
      userId: reader.u32(),
      originalAmount: reader.numberText('original_amount'),
      discountApplied: reader.numberText('discount_applied'),
      finalAmount: reader.numberText('final_amount'),
      createdAtS: reader.dateTime('created_at'),
    }),
  },
  transaction_items: {
    minBytes: 24,
    write(writer, row) {
      writer.text(row.transactionId)
      writer.u32(row.itemId)
      writer.u32(row.quantity)
      writer.decimal(row.unitPrice)
      writer.decimal(row.subtotal)
      writer.dateTime(row.createdAtS)
    },
    read: (reader) => ({
      transactionId: reader.text(),
      itemId: reader.u32(),
      quantity: reader.u32(),
      unitPrice: reader.numberText('unit_price'),
      subtotal: reader.numberText('subtotal'),
      createdAtS: reader.dateTime('created_at'),
    }),
  },
  users: {
    minBytes: 16,
    write(writer, row) {
      writer.u32(row.userId)
      writer.text(row.gender)
      writer.date(row.birthdateS)
      writer.dateTime(row.registeredAtS)
    },
    read: (reader) => ({
      userId: reader.u32(),
      gender: reader.text(),
      birthdateS: reader.dateTime('birthdate'),
      registeredAtS: reader.dateTime('registered_at'),
    }),
  },
  stores: {
    minBytes: 8,
    write(writer, row) {
      writer.u32(row.storeId)
      writer.text(row.storeName)
    },
    read: (reader) => ({
      storeId: reader.u32(),
      storeName: reader.text(),
      street: '',
      postalCode: '',
      city: '',
      state: '',
      latitude: 0,
      longitude: 0,
    }),
  },
  menu_items: {
    minBytes: 28,
    write(writer, row) {
      writer.u32(row.itemId)
      writer.text(row.itemName)
      writer.text(row.category)
      writer.decimal(row.price)
      writer.text(row.isSeasonal ? 'True' : 'False')
      writer.date(row.availableFromS)
      writer.date(row.availableToS)
    },
    read: (reader) => ({
      itemId: reader.u32(),
      itemName: reader.text(),
      category: reader.text(),
      price: reader.numberText('price'),
      isSeasonal: reader.text().toLowerCase() === 'true',
      availableFromS: reader.dateTime('available_from'),
      availableToS: reader.dateTime('available_to'),
    }),
  },
}
