import { hash32, mix32 } from '../../../core/hash.ts'

/**
 * Amperes, 1e-6 … 9e-6: says whose it is and where it belongs. No client's series is another's times a number. `number` is
 * that of the file, for a frequency map that of its session; `frequency` is in hertz, 0 for CV; the cathodic peak is the
 * other one of a cyclic voltammogram.
 */
export type Heights = (number: number, frequency: number, electrode: number, isCathodic: boolean) => number

export function createHeights(runId: string, client: number): Heights {
  const seed = mix32(hash32(runId, 6) ^ mix32(client + 1))
  return (number, frequency, electrode, isCathodic) => {
    const place = mix32(mix32(number * 64 + electrode * 2 + (isCathodic ? 1 : 0)) ^ mix32(Math.round(frequency * 1000)))
    return 1e-6 * (1 + (8 * mix32(seed ^ place)) / 2 ** 32)
  }
}
