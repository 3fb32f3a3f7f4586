/** By id where the server tells it, else by name. */
export function isSameStore(
  expected: { readonly storeId: number; readonly storeName: string },
  row: { readonly storeId?: number; readonly storeName: string },
): boolean {
  return row.storeId === undefined ? row.storeName === expected.storeName : row.storeId === expected.storeId
}
