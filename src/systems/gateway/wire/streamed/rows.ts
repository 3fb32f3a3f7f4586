import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import type { RowCodecs } from '../row-codec.ts'

/** Row layouts of the `streamed` dialect (systems/gateway.md §3.2 of the design). */
export const streamedRows: RowCodecs = {
  transactions: {
    minBytes: 40,
    write(writer, row) {
      writer.text(row.transactionId)
      writer.idText(row.storeId)
      writer.idText(row.paymentMethodId)
      writer.idText(row.voucherId)
      writer.idText(row.userId)
      writer.f32(row.originalAmount)
      writer.f32(row.discountApplied)
      writer.f32(row.finalAmount)
      writer.i64(row.createdAtS)
    },
    read: (reader) => ({
      transactionId: reader.text(),
      storeId: reader.numberText('store_id'),
      paymentMethodId: reader.numberText('payment_method'),
      voucherId: reader.numberText('voucher_id'),
      userId: reader.numberText('user_id'),
      originalAmount: reader.f32('original_amount'),
      discountApplied: reader.f32('discount_applied'),
      finalAmount: reader.f32('final_amount'),
      createdAtS: reader.i64('created_at'),
    }),
  },
  transaction_items: {
    minBytes: 28,
    write(writer, row) {
      writer.text(row.transactionId)
      writer.idText(row.itemId)
      writer.u32(row.quantity)
      writer.f32(row.unitPrice)
      writer.f32(row.subtotal)
      writer.i64(row.createdAtS)
    },
    read: (reader) => ({
      transactionId: reader.text(),
      itemId: reader.numberText('item_id'),
      quantity: reader.u32(),
      unitPrice: reader.f32('unit_price'),
      subtotal: reader.f32('subtotal'),
      createdAtS: reader.i64('created_at'),
    }),
  },
  users: {
    minBytes: 24,
    write(writer, row) {
      writer.idText(row.userId)
      writer.text(row.gender)
      writer.i64(row.birthdateS)
      writer.i64(row.registeredAtS)
    },
    read: (reader) => ({
      userId: reader.numberText('user_id'),
      gender: reader.text(),
      birthdateS: reader.i64('birthdate'),
      registeredAtS: reader.i64('registered_at'),
    }),
  },
  stores: {
    minBytes: 32,
    write(writer, row) {
      writer.idText(row.storeId)
      writer.text(row.storeName)
      writer.text(row.street)
      writer.text(row.postalCode)
      writer.text(row.city)
      writer.text(row.state)
      writer.f32(row.latitude)
      writer.f32(row.longitude)
    },
    read: (reader) => ({
      storeId: reader.numberText('store_id'),
      storeName: reader.text(),
      street: reader.text(),
      postalCode: reader.text(),
      city: reader.text(),
      state: reader.text(),
      latitude: reader.f32('latitude'),
      longitude: reader.f32('longitude'),
    }),
  },
  menu_items: {
    minBytes: 19,
    write(writer, row) {
      writer.idText(row.itemId)
      writer.text(row.itemName)
      writer.text(row.category)
      writer.f32(row.price)
      writer.u8(row.isSeasonal ? 1 : 0)
      writeOptionalTime(writer, row.availableFromS)
      writeOptionalTime(writer, row.availableToS)
    },
    read: (reader) => ({
      itemId: reader.numberText('item_id'),
      itemName: reader.text(),
      category: reader.text(),
      price: reader.f32('price'),
      isSeasonal: reader.flag('is_seasonal'),
      availableFromS: readOptionalTime(reader, 'available_from'),
      availableToS: readOptionalTime(reader, 'available_to'),
    }),
  },
}

function writeOptionalTime(writer: ByteWriter, seconds: number): void {
  writer.u8(seconds === 0 ? 0 : 1)
  if (seconds !== 0) writer.i64(seconds)
}

function readOptionalTime(reader: ByteReader, name: string): number {
  return reader.flag(`has_${name}`) ? reader.i64(name) : 0
}
