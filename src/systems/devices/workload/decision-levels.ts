import type { ModelLayer } from '../params/models.ts'

/**
 * Layers at which a device can be made to stop whatever network and edge are like: each gives no more than any before
 * it, so that going on to it saves the edge's time and costs no sending. The last layer is none, because that is where
 * a server begins. At most `count` of them, evenly spread, in order.
 */
export function listLevels(layers: readonly ModelLayer[], count: number): readonly number[] {
  const levels: number[] = []
  let smallest = Number.POSITIVE_INFINITY
  for (const [k, { outputBytes }] of layers.slice(0, -1).entries()) {
    if (outputBytes > smallest) continue
    smallest = outputBytes
    levels.push(k)
  }
  if (levels.length <= count) return levels
  return Array.from({ length: count }, (_, i) => levels[Math.round((i * (levels.length - 1)) / (count - 1))] as number)
}
