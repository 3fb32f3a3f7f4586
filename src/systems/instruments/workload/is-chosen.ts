import { hash32, mix32 } from '../../../core/hash.ts'

/** Whether the n-th occasion of this client is one of a share of them. Independent of all other purposes. */
export const isChosen = (seed: number, occasion: number, share: number, purpose: string): boolean =>
  share > 0 && mix32(hash32(purpose, seed) ^ mix32(occasion + 1)) / 2 ** 32 < share

/**
 * Whether the client with this index in its group is one of a share of them. The chosen ones are spread evenly, so that
 * n clients have at least ⌊n · share⌋ of them; which ones differs from purpose to purpose.
 */
export function isClientChosen(index: number, share: number, purpose: string): boolean {
  const phase = hash32(purpose) / 2 ** 32
  return Math.floor((index + 1) * share + phase) > Math.floor(index * share + phase)
}
