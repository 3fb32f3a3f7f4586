/** The five kinds of rows, in the order in which the documented client uploads them. */
export const kinds = ['users', 'stores', 'menu_items', 'transactions', 'transaction_items'] as const

export type Kind = (typeof kinds)[number]

/** Times are whole seconds since 1970, read as UTC; 0 where the data has none. Ids are 0 where the data has none. */
export interface User {
  readonly userId: number
  readonly gender: string
  readonly birthdateS: number
  readonly registeredAtS: number
}

export interface Store {
  readonly storeId: number
  readonly storeName: string
  readonly street: string
  readonly postalCode: string
  readonly city: string
  readonly state: string
  readonly latitude: number
  readonly longitude: number
}

export interface MenuItem {
  readonly itemId: number
  readonly itemName: string
  readonly category: string
  readonly price: number
  readonly isSeasonal: boolean
  readonly availableFromS: number
  readonly availableToS: number
}

export interface Transaction {
  readonly transactionId: string
  readonly storeId: number
  readonly paymentMethodId: number
  readonly voucherId: number
  readonly userId: number
  readonly originalAmount: number
  readonly discountApplied: number
  readonly finalAmount: number
  readonly createdAtS: number
}

export interface TransactionItem {
  readonly transactionId: string
  readonly itemId: number
  readonly quantity: number
  readonly unitPrice: number
  readonly subtotal: number
  readonly createdAtS: number
}

export interface RowOf {
  readonly users: User
  readonly stores: Store
  readonly menu_items: MenuItem
  readonly transactions: Transaction
  readonly transaction_items: TransactionItem
}

/** Rows of one kind, as they travel in one frame. */
export type Batch = { readonly [K in Kind]: { readonly kind: K; readonly rows: readonly RowOf[K][] } }[Kind]
