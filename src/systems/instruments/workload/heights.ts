import { hash32, mix32 } from '../../../core/hash.ts'

/** Where a figure belongs within one client's data. */
export interface FigureKey {
  /** Of the file; for a frequency map, that of its session. */
  readonly number: number
  /** Hertz; 0 for CV. */
  readonly frequency: number
  readonly electrode: number
  /** The other peak of a cyclic voltammogram. */
  readonly isCathodic?: boolean
}

/** Amperes, 1e-6 … 9e-6: says whose it is and where it belongs. No client's series is another's times a number. */
export type Heights = (key: FigureKey) => number

export function createHeights(runId: string, client: number): Heights {
  const seed = mix32(hash32(runId, 6) ^ mix32(client + 1))
  return ({ number, frequency, electrode, isCathodic = false }) => {
    const place = mix32(mix32(number * 64 + electrode * 2 + (isCathodic ? 1 : 0)) ^ mix32(Math.round(frequency * 1000)))
    return 1e-6 * (1 + (8 * mix32(seed ^ place)) / 2 ** 32)
  }
}
