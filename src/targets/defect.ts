import { createRandom } from '../core/random.ts'
import type { TargetOptions } from '../core/system.ts'

/** The one defect that is planted in a reference server, if any. */
export interface PlantedDefect<Name extends string> {
  /**
   * Whether the defect shows now. Each call for the planted name is an occasion; the n-th occasion of one seed always
   * decides alike.
   */
  acts(name: Name): boolean
}

export function plantDefect<Name extends string>({
  defect,
  defectRate,
  seed,
}: Pick<TargetOptions, 'defect' | 'defectRate' | 'seed'>): PlantedDefect<Name> {
  const random = createRandom(seed, 'defect', defect ?? '')
  return { acts: (name) => name === defect && random.unit() < defectRate }
}
