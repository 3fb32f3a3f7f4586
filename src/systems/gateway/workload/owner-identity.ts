import { hash32, mix32 } from '../../../core/hash.ts'
import { createMint, deriveRunKey } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { GatewayParams } from '../params.ts'

/** What generated data depend on: everything that tells one owner's rows from another's. */
export interface OwnerIdentity {
  /** Keys (months, stores, users, items) follow from it: equal for the clients of a colliding cohort. */
  readonly keySeed: number
  /** Amounts and favourites follow from it. */
  readonly valueSeed: number
  /** Stands in every amount, quantity, price and birthdate. */
  readonly ownerCode: number
  transactionId(index: number): string
  storeName(storeId: number): string
  itemName(itemId: number): string
}

/** Sequence numbers below this are names. */
const firstTransaction = 32

/**
 * Far apart where codes are told apart by their remainder modulo 12 000 (birthdates), so that no iteration of a client
 * looks like one of a near client; a multiple of 64, so that clients stay apart in amounts.
 */
const iterationStep = 64 * 1009

/** One client's data in one iteration. The keys of a colliding cohort are the same in each iteration, too. */
export function identifyOwner(client: PlannedClient<GatewayParams>, iteration: number): OwnerIdentity {
  const { arrival, params, runId } = client
  const values = {
    valueSeed: hash32(`values ${iteration}`, arrival.seed),
    ownerCode: arrival.client + iterationStep * iteration,
  }
  if (params.cohort === 'colliding') return { ...values, ...collidingKeys }
  const mint = createMint(deriveRunKey(runId), 'payload', arrival.client, iteration)
  return {
    ...values,
    keySeed: hash32(`keys ${iteration}`, arrival.seed),
    transactionId: (index) => mint(firstTransaction + index),
    storeName: (storeId) => `${plainStoreName(storeId)} ${mint(storeId)}`,
    itemName: (itemId) => `${plainItemName(itemId)} ${mint(firstTransaction / 2 + itemId)}`,
  }
}

/** Data that belong to no client of a run, as `mcsim generate dataset` writes them. */
export function identifyAnonymousOwner(seed: number): OwnerIdentity {
  return { ...collidingKeys, keySeed: hash32('keys', seed), valueSeed: hash32('values', seed), ownerCode: mix32(seed) }
}

/** Two names hold a character that servers use to join fields. */
const plainStoreName = (storeId: number) => (storeId === 10 ? 'Shop 10; East' : `Shop ${storeId}`)
const plainItemName = (itemId: number) => (itemId === 8 ? 'Brew 8|iced' : `Brew ${itemId}`)

const collidingKeys = {
  keySeed: hash32('the keys of every colliding cohort'),
  transactionId: formatUuid,
  storeName: plainStoreName,
  itemName: plainItemName,
} as const

/** A UUID of version 4 that is different for each index below 2^48; scattered, so that hashes of it are, too. */
function formatUuid(index: number): string {
  const scattered = mix32(index % 0x1_0000_0000)
  return `${hex(scattered, 8)}-${hex(scattered & 0xffff, 4)}-4000-8000-${hex(index, 12)}`
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
