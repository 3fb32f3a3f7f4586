import type { Coverage } from '../core/scenario.ts'

/** Adds measure by measure; measures come out in order of name. */
export function sumCoverage(parts: readonly Coverage[]): Coverage {
  const sums = new Map<string, number>()
  for (const part of parts) {
    for (const [measure, count] of Object.entries(part)) sums.set(measure, (sums.get(measure) ?? 0) + count)
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))
}
