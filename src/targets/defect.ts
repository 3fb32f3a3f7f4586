import { createRandom } from '../core/random.ts'
import type { TargetOptions } from '../core/system.ts'

/** The defects that are planted in a reference server, if any. */
export interface PlantedDefects<Name extends string> {
  /**
   * Whether the defect shows now. Each call for a planted name is an occasion; the n-th occasion of one seed always
   * decides alike, whatever else is planted.
   */
  acts(name: Name): boolean
}

export function plantDefects<Name extends string>({
  defects,
  defectRate,
  seed,
}: Pick<TargetOptions, 'defects' | 'defectRate' | 'seed'>): PlantedDefects<Name> {
  const planted = new Map<string, () => boolean>()
  for (const name of defects) {
    const random = createRandom(seed, 'defect', name)
    planted.set(name, () => random.unit() < defectRate)
  }
  return { acts: (name) => planted.get(name)?.() ?? false }
}
