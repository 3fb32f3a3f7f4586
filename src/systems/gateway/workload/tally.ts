import type { OracleRules } from '../params.ts'
import type { Batch, MenuItem, Store, Transaction, TransactionItem, User } from '../wire/rows.ts'
import { type AmountDigest, addDigests, digestAmounts, emptyDigest } from './amount-digest.ts'
import { halves, isWithinHours, monthOf, months, monthsPerHalf } from './calendar.ts'

export interface ItemSums {
  quantity: number
  profit: number
}

const smallestAmount = 75

/**
 * Everything of a set of rows that the four queries depend on. Takes memory by groups and users, not by rows; the
 * tallies of two sets of rows add up to that of both, so one of a single batch is what that batch contributes.
 */
export class Tally {
  /** Rows of Q1. */
  amounts: AmountDigest = emptyDigest
  /** By month of `months`, then by item. */
  readonly items: readonly Map<number, ItemSums>[] = months.map(() => new Map())
  /** By half of `halves`, then by store. */
  readonly totals: readonly Map<number, number>[] = halves.map(() => new Map())
  /** Transactions by store, then by user. */
  readonly purchases = new Map<number, Map<number, number>>()
  readonly storeNames = new Map<number, string>()
  readonly itemNames = new Map<number, string>()
  readonly birthdates = new Map<number, number>()
  private readonly rules: OracleRules

  constructor(rules: OracleRules) {
    this.rules = rules
  }

  add(batch: Batch): void {
    if (batch.kind === 'users') this.addUsers(batch.rows)
    else if (batch.kind === 'stores') this.addStores(batch.rows)
    else if (batch.kind === 'menu_items') this.addMenuItems(batch.rows)
    else if (batch.kind === 'transactions') this.addTransactions(batch.rows)
    else this.addItems(batch.rows)
  }

  /** A tally that goes its own way from here on. */
  copy(): Tally {
    const copy = new Tally(this.rules)
    copy.amounts = this.amounts
    this.items.forEach((sums, month) => {
      for (const [item, { quantity, profit }] of sums) copy.items[month]?.set(item, { quantity, profit })
    })
    this.totals.forEach((totals, half) => {
      for (const [store, total] of totals) copy.totals[half]?.set(store, total)
    })
    for (const [store, users] of this.purchases) copy.purchases.set(store, new Map(users))
    for (const [store, name] of this.storeNames) copy.storeNames.set(store, name)
    for (const [item, name] of this.itemNames) copy.itemNames.set(item, name)
    for (const [user, birthdate] of this.birthdates) copy.birthdates.set(user, birthdate)
    return copy
  }

  private addUsers(rows: readonly User[]): void {
    for (const { userId, birthdateS } of rows)
      this.birthdates.set(userId, this.rules.datesFrom1970 ? Math.max(0, birthdateS) : birthdateS)
  }

  private addStores(rows: readonly Store[]): void {
    for (const { storeId, storeName } of rows) this.storeNames.set(storeId, storeName)
  }

  private addMenuItems(rows: readonly MenuItem[]): void {
    for (const { itemId, itemName } of rows) this.itemNames.set(itemId, itemName)
  }

  private addTransactions(rows: readonly Transaction[]): void {
    const { hourEnd, amounts } = this.rules
    const large: { transactionId: string; finalAmount: number }[] = []
    for (const row of rows) {
      const month = monthOf(row.createdAtS)
      if (month < 0) continue
      if (row.userId !== 0) this.addPurchase(row.storeId, row.userId)
      if (!isWithinHours(row.createdAtS, hourEnd)) continue
      const finalAmount = amounts === 'float32' ? Math.fround(row.finalAmount) : row.finalAmount
      const totals = this.totals[Math.floor(month / monthsPerHalf)] as Map<number, number>
      totals.set(row.storeId, (totals.get(row.storeId) ?? 0) + finalAmount)
      if (finalAmount >= smallestAmount) large.push({ transactionId: row.transactionId, finalAmount })
    }
    this.amounts = addDigests(this.amounts, digestAmounts(large))
  }

  private addPurchase(storeId: number, userId: number): void {
    const users = this.purchases.get(storeId) ?? new Map<number, number>()
    users.set(userId, (users.get(userId) ?? 0) + 1)
    this.purchases.set(storeId, users)
  }

  private addItems(rows: readonly TransactionItem[]): void {
    const isFloat = this.rules.amounts === 'float32'
    for (const { itemId, quantity, subtotal, createdAtS } of rows) {
      const sums = this.items[monthOf(createdAtS)]
      if (!sums) continue
      const sum = sums.get(itemId) ?? { quantity: 0, profit: 0 }
      sum.quantity += quantity
      sum.profit += isFloat ? Math.fround(subtotal) : subtotal
      sums.set(itemId, sum)
    }
  }
}
