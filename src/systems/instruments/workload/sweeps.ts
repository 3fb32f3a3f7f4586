import { hash32, mix32 } from '../../../core/hash.ts'
import type { DataColumns } from '../wire/data-file.ts'

/*
 * A voltammogram of many sweeps, whose segments a viewer asks for: how many there are and how long each is tell whose it
 * is. Lengths differ by so much that it does not matter whether a server counts a turning point once or twice.
 */

const fewestSweeps = 2
const sweepCounts = 8
/** Of 20 mV each. */
const stepCounts = [3, 6, 9, 12, 15]

/** Steps of each sweep, from one turning point to the next. */
export function planSweeps(runId: string, client: number, session: number): readonly number[] {
  const seed = hash32(runId, mix32(mix32(client + 1) ^ session))
  const count = fewestSweeps + ((client + session) % sweepCounts)
  return Array.from({ length: count }, (_, i) => stepCounts[mix32(seed ^ (i + 1)) % stepCounts.length] as number)
}

export function measureSweeps(sweeps: readonly number[]): DataColumns {
  const levels = [0]
  for (const [i, steps] of sweeps.entries()) {
    const direction = i % 2 === 0 ? 1 : -1
    for (let step = 0; step < steps; step++) levels.push((levels.at(-1) as number) + direction)
  }
  return {
    potentials: levels.map((level) => (20 * level - 200) / 1000),
    currents: [levels.map((level, i) => 1e-7 * (level + (i % 3)))],
  }
}

/** Whether the segments that a server found are these sweeps; undefined where it does not say enough. */
export function areSweeps(
  sweeps: readonly number[],
  count: number | null | undefined,
  lengths: readonly number[] | null | undefined,
): boolean | undefined {
  if (count == null) return undefined
  if (count !== sweeps.length) return false
  // Its points are one more than its steps, less those that a server counts to its neighbours.
  return lengths == null || sweeps.every((steps, i) => Math.abs((lengths[i] ?? 0) - steps) <= 1)
}
