import type { JsonObject } from '../../core/json.ts'
import type { Random } from '../../core/random.ts'
import type { Defect, Provocation } from '../../core/system.ts'

export interface DefectPair {
  readonly pair: readonly [Defect, Defect]
  /** Under what both show. */
  readonly provoke: Provocation
}

/**
 * A sample of pairs that can be planted together and told apart: each has an invariant to break that the other leaves
 * alone, and what provokes the one does not contradict what provokes the other.
 */
export function pickPairs(defects: readonly Defect[], count: number, random: Random): DefectPair[] {
  const pairs = defects.flatMap((one, index) =>
    defects.slice(index + 1).flatMap((other): DefectPair[] => {
      if (ownSigns(one, [other]).length === 0 || ownSigns(other, [one]).length === 0) return []
      const provoke = mergeProvocations(one.provoke ?? {}, other.provoke ?? {})
      return provoke ? [{ pair: [one, other], provoke }] : []
    }),
  )
  const picked: DefectPair[] = []
  while (picked.length < count && pairs.length > 0) {
    picked.push(...pairs.splice(random.integer(0, pairs.length - 1), 1))
  }
  return picked
}

/** What the defect must break and none of the others does. */
export function ownSigns(defect: Defect, others: readonly Defect[]): readonly string[] {
  const ofOthers = new Set(others.flatMap(({ mustRed, mayRed }) => [...mustRed, ...mayRed]))
  return defect.mustRed.filter((name) => !ofOthers.has(name))
}

/** Both at once; undefined where they say different things of the same. */
export function mergeProvocations(one: Provocation, other: Provocation): Provocation | undefined {
  const keys = ['params', 'load', 'settings'] as const
  const contradict = (a: JsonObject = {}, b: JsonObject = {}) =>
    Object.keys(a).some((key) => key in b && JSON.stringify(a[key]) !== JSON.stringify(b[key]))
  const startAfter = one.startAfter ?? other.startAfter
  if (startAfter !== (other.startAfter ?? startAfter) || keys.some((key) => contradict(one[key], other[key])))
    return undefined
  const merged = Object.fromEntries(keys.map((key) => [key, { ...one[key], ...other[key] }]))
  const faults = [...(one.faults ?? []), ...(other.faults ?? [])]
  return {
    ...merged,
    ...(startAfter !== undefined && { startAfter }),
    ...(faults.length > 0 && { faults }),
  }
}
