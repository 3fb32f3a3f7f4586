import type { Kind, RowOf } from '../../wire/rows.ts'

/** The header line of each kind of file, exactly. */
export const headers: Readonly<Record<Kind, string>> = {
  stores: 'store_id,store_name,street,postal_code,city,state,latitude,longitude',
  menu_items: 'item_id,item_name,category,price,is_seasonal,available_from,available_to',
  users: 'user_id,gender,birthdate,registered_at',
  transactions:
    'transaction_id,store_id,payment_method_id,voucher_id,user_id,original_amount,discount_applied,final_amount,created_at',
  transaction_items: 'transaction_id,item_id,quantity,unit_price,subtotal,created_at',
}

/** Why a row cannot be read; the message names the column. */
export class BadRow extends Error {}

/** Reads the fields of one row; throws `BadRow`. */
export const readRow: { readonly [K in Kind]: (fields: readonly string[]) => RowOf[K] } = {
  stores: ([id, storeName, street, postalCode, city, state, latitude, longitude]) => ({
    storeId: requiredId(id, 'store_id'),
    storeName: text(storeName),
    street: text(street),
    postalCode: text(postalCode),
    city: text(city),
    state: text(state),
    latitude: amount(latitude, 'latitude'),
    longitude: amount(longitude, 'longitude'),
  }),
  menu_items: ([id, itemName, category, price, isSeasonal, from, to]) => ({
    itemId: requiredId(id, 'item_id'),
    itemName: text(itemName),
    category: text(category),
    price: amount(price, 'price'),
    isSeasonal: /^(true|1)$/i.test(text(isSeasonal)),
    availableFromS: from ? time(from, 'available_from') : 0,
    availableToS: to ? time(to, 'available_to') : 0,
  }),
  users: ([id, gender, birthdate, registeredAt]) => ({
    userId: requiredId(id, 'user_id'),
    gender: text(gender),
    birthdateS: time(birthdate, 'birthdate'),
    registeredAtS: registeredAt ? time(registeredAt, 'registered_at') : 0,
  }),
  transactions: ([id, store, payment, voucher, user, original, discount, final, createdAt]) => ({
    transactionId: requiredText(id, 'transaction_id'),
    storeId: requiredId(store, 'store_id'),
    paymentMethodId: optionalId(payment, 'payment_method_id'),
    voucherId: optionalId(voucher, 'voucher_id'),
    userId: optionalId(user, 'user_id'),
    originalAmount: amount(original, 'original_amount'),
    discountApplied: amount(discount, 'discount_applied'),
    finalAmount: amount(final, 'final_amount'),
    createdAtS: time(createdAt, 'created_at'),
  }),
  transaction_items: ([id, item, quantity, unitPrice, subtotal, createdAt]) => ({
    transactionId: requiredText(id, 'transaction_id'),
    itemId: requiredId(item, 'item_id'),
    quantity: requiredId(quantity, 'quantity'),
    unitPrice: amount(unitPrice, 'unit_price'),
    subtotal: amount(subtotal, 'subtotal'),
    createdAtS: time(createdAt, 'created_at'),
  }),
}

const text = (field: string | undefined) => field ?? ''

function requiredText(field: string | undefined, column: string): string {
  if (field) return field
  throw new BadRow(`${column} is empty`)
}

/** Ids are whole numbers, which the data sometimes write as floats: `901388.0`. */
function requiredId(field: string | undefined, column: string): number {
  const id = field ? Number(field) : Number.NaN
  if (Number.isInteger(id) && id >= 0 && id <= 0xffff_ffff) return id
  throw new BadRow(`${column} is "${text(field)}", not a whole number below 2^32`)
}

/** 0 where there is none. */
function optionalId(field: string | undefined, column: string): number {
  return field ? requiredId(field, column) : 0
}

function amount(field: string | undefined, column: string): number {
  const value = field ? Number(field) : Number.NaN
  if (Number.isFinite(value)) return value
  throw new BadRow(`${column} is "${text(field)}", not a number`)
}

/** Seconds since 1970 of `2024-01-14 12:15:00` or `1971-01-11`, read as UTC. */
function time(field: string | undefined, column: string): number {
  const isTime = field !== undefined && /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d)?$/.test(field)
  const ms = isTime ? Date.parse(`${field.slice(0, 10)}T${field.slice(11) || '00:00:00'}Z`) : Number.NaN
  // Date.parse takes 30 February for 1 March.
  if (Number.isFinite(ms) && new Date(ms).getUTCDate() === Number(field?.slice(8, 10))) return ms / 1000
  throw new BadRow(`${column} is "${text(field)}", not a date as 2024-01-14 or 2024-01-14 12:15:00`)
}
