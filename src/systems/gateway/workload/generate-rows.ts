import { mix32 } from '../../../core/hash.ts'
import type { MenuItem, Store, Transaction, TransactionItem, User } from '../wire/rows.ts'
import type { OwnerIdentity } from './owner-identity.ts'
import { deriveKeys, itemOfLine, items, linesPerTransaction } from './row-keys.ts'

/*
 * The values of generated rows. Each of them holds the owner's code, so that a foreign row shows in every answer.
 *
 * All amounts are multiples of 0.25 and every sum of a group stays below 2^22, so that a server that adds up float32
 * is exact in any order: a month and item has rows · 8/9 · 2 / (18 · 8) lines of at most 16 · 15.75, and a half year
 * and store has rows · 7/9 / (3 · 10) amounts of at most 48 on average. The first is the tighter; with `exactRows` of
 * `params.ts` there is room for the chance that a month gets more than its share.
 */

/** Birthdates lie between 1970 and 2002: one dialect has no moments before 1970. */
const birthdays = 12_000

/** A whole number that differs between owners that are less than 64 apart. */
const amountCode = (owner: OwnerIdentity) => 1 + (owner.ownerCode % 64)

export function generateUser(owner: OwnerIdentity, index: number): User {
  const userId = index + 1
  const random = mix32(owner.valueSeed + userId)
  const day = 1 + ((owner.ownerCode * 7919 + userId * 31) % birthdays)
  return {
    userId,
    gender: random & 1 ? 'male' : 'female',
    birthdateS: day * 86_400,
    registeredAtS: Date.UTC(2023, 6, 1) / 1000 + (random % (180 * 86_400)),
  }
}

export function generateStore(owner: OwnerIdentity, index: number): Store {
  const storeId = index + 1
  const code = owner.ownerCode % 1000
  return {
    storeId,
    storeName: owner.storeName(storeId),
    street: `Street ${code}-${storeId}`,
    postalCode: String(10_000 + ((code * 10 + storeId) % 90_000)),
    city: `City ${code}`,
    state: 'State',
    latitude: storeId + code / 1024,
    longitude: 100 + storeId + code / 1024,
  }
}

export function generateMenuItem(owner: OwnerIdentity, index: number): MenuItem {
  const itemId = index + 1
  return {
    itemId,
    itemName: owner.itemName(itemId),
    category: isCheap(itemId) ? 'coffee' : 'non-coffee',
    price: priceOf(owner, itemId),
    isSeasonal: false,
    availableFromS: 0,
    availableToS: 0,
  }
}

export function generateTransaction(owner: OwnerIdentity, index: number, rows: number, users: number): Transaction {
  const keys = deriveKeys(owner.keySeed, index, rows, users)
  const random = mix32(owner.valueSeed + Math.imul(index, 0x85ebca6b))
  const finalAmount = chooseAmount(owner, random)
  const hasVoucher = (random & 0xf0) === 0
  const discountApplied = hasVoucher ? 5 : 0
  return {
    transactionId: owner.transactionId(index),
    storeId: keys.storeId,
    paymentMethodId: 1 + ((random >>> 8) % 5),
    voucherId: hasVoucher ? 1 + ((random >>> 12) % 100) : 0,
    userId: keys.userId,
    originalAmount: finalAmount + discountApplied,
    discountApplied,
    finalAmount,
    createdAtS: keys.createdAtS,
  }
}

/** Lines are counted over all transactions. */
export function generateItem(owner: OwnerIdentity, line: number, rows: number, users: number): TransactionItem {
  const index = Math.floor(line / linesPerTransaction)
  const keys = deriveKeys(owner.keySeed, index, rows, users)
  const itemId = itemOfLine(keys, line % linesPerTransaction)
  const quantity = chooseQuantity(owner, keys.month, itemId)
  const unitPrice = priceOf(owner, itemId)
  return {
    transactionId: owner.transactionId(index),
    itemId,
    quantity,
    unitPrice,
    subtotal: quantity * unitPrice,
    createdAtS: keys.createdAtS,
  }
}

const steps = [0, 0, 1, 1, 2, 3, 4, 5]

/** Of one owner, either one or two amounts in eight reach 75; none is 75 exactly. */
function chooseAmount(owner: OwnerIdentity, random: number): number {
  const amount = 16 * (steps[random & 7] as number) + amountCode(owner) / 4
  return amount === 75 ? amount + 16 : amount
}

const isCheap = (itemId: number) => itemId <= items / 2

/**
 * Each month has a cheap item that sells most and a dear one that earns most: 17 to 24 pieces of at most 5.75 against
 * 9 to 16 of at least 12, where both have the same owner's share of 1 to 8.
 */
function chooseQuantity(owner: OwnerIdentity, month: number, itemId: number): number {
  const random = mix32(owner.valueSeed ^ (month + 1))
  const share = 1 + (owner.ownerCode % 8)
  if (itemId === 1 + (random % (items / 2))) return 16 + share
  if (itemId === 1 + items / 2 + ((random >>> 8) % (items / 2))) return 8 + share
  return share
}

/** Different for each item of one owner. */
function priceOf(owner: OwnerIdentity, itemId: number): number {
  return (isCheap(itemId) ? 2 : 12) + ((owner.ownerCode + 4 * itemId) % 16) / 4
}
