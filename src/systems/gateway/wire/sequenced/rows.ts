import type { ByteReader } from '../byte-reader.ts'
import type { ByteWriter } from '../byte-writer.ts'
import type { RowCodecs } from '../row-codec.ts'

/** Row layouts of the `sequenced` dialect (systems/gateway.md §3.3 of the design). */
export const sequencedRows: RowCodecs = {
  transactions: {
    minBytes: 36,
    write(writer, row) {
      writer.text(row.transactionId)
      writer.u32(row.storeId)
      writer.u32(row.paymentMethodId)
      writer.u32(row.voucherId)
      writer.u32(row.userId)
      writer.f32(row.originalAmount)
      writer.f32(row.discountApplied)
      writer.f32(row.finalAmount)
      writeTime(writer, row.createdAtS)
    },
    read: (reader) => ({
      transactionId: reader.text(),
      storeId: reader.u32(),
      paymentMethodId: reader.u32(),
      voucherId: reader.u32(),
      userId: reader.u32(),
      originalAmount: reader.f32('original_amount'),
      discountApplied: reader.f32('discount_applied'),
      finalAmount: reader.f32('final_amount'),
      createdAtS: reader.u32(),
    }),
  },
  transaction_items: {
    minBytes: 24,
    write(writer, row) {
      writer.text(row.transactionId)
      writer.u32(row.itemId)
      writer.u32(row.quantity)
      writer.f32(row.unitPrice)
      writer.f32(row.subtotal)
      writeTime(writer, row.createdAtS)
    },
    read: (reader) => ({
      transactionId: reader.text(),
      itemId: reader.u32(),
      quantity: reader.u32(),
      unitPrice: reader.f32('unit_price'),
      subtotal: reader.f32('subtotal'),
      createdAtS: reader.u32(),
    }),
  },
  users: {
    minBytes: 13,
    write(writer, row) {
      writer.u32(row.userId)
      writer.u8(row.gender === 'male' ? 1 : 0)
      writeTime(writer, row.birthdateS)
      writeTime(writer, row.registeredAtS)
    },
    read: (reader) => ({
      userId: reader.u32(),
      gender: reader.flag('male') ? 'male' : 'female',
      birthdateS: reader.u32(),
      registeredAtS: reader.u32(),
    }),
  },
  stores: {
    minBytes: 32,
    write(writer, row) {
      writer.u32(row.storeId)
      writer.text(row.storeName)
      writer.text(row.street)
      writer.u32(Number(row.postalCode) || 0)
      writer.text(row.city)
      writer.text(row.state)
      writer.f32(row.latitude)
      writer.f32(row.longitude)
    },
    read: (reader) => ({
      storeId: reader.u32(),
      storeName: reader.text(),
      street: reader.text(),
      postalCode: String(reader.u32()),
      city: reader.text(),
      state: reader.text(),
      latitude: reader.f32('latitude'),
      longitude: reader.f32('longitude'),
    }),
  },
  menu_items: {
    minBytes: 16,
    write(writer, row) {
      writer.u32(row.itemId)
      writer.text(row.itemName)
      writer.u8(row.category === 'coffee' ? 1 : 0)
      writer.f32(row.price)
      writer.u8(row.isSeasonal ? 1 : 0)
      writeOptionalTime(writer, row.availableFromS)
      writeOptionalTime(writer, row.availableToS)
    },
    read: (reader) => ({
      itemId: reader.u32(),
      itemName: reader.text(),
      category: reader.flag('is_coffee') ? 'coffee' : 'non-coffee',
      price: reader.f32('price'),
      isSeasonal: reader.flag('is_seasonal'),
      availableFromS: readOptionalTime(reader, 'available_from'),
      availableToS: readOptionalTime(reader, 'available_to'),
    }),
  },
}

/** The dialect has no moments before 1970: they are sent as 0. */
function writeTime(writer: ByteWriter, seconds: number): void {
  writer.u32(Math.max(0, seconds))
}

function writeOptionalTime(writer: ByteWriter, seconds: number): void {
  writer.u8(seconds === 0 ? 0 : 1)
  if (seconds !== 0) writeTime(writer, seconds)
}

function readOptionalTime(reader: ByteReader, name: string): number {
  return reader.flag(`has_${name}`) ? reader.u32() : 0
}
