import { hash32 } from '../../../core/hash.ts'

/**
 * Whether the device with this index in its group is one of a share of them. The chosen ones are spread evenly, so that
 * n devices have at least ⌊n · share⌋ of them; which ones differs from purpose to purpose.
 */
export function isChosen(index: number, share: number, purpose: string): boolean {
  const phase = hash32(purpose) / 2 ** 32
  return Math.floor((index + 1) * share + phase) > Math.floor(index * share + phase)
}
