import type { Invariant, Violation } from '../../../core/check.ts'
import type { Json, JsonObject } from '../../../core/json.ts'
import type { TargetInspection } from '../../../core/system.ts'

export const resourcesFreed: Invariant = {
  name: 'resources-freed',
  kind: 'hygiene',
  sentence: 'When all clients have left, the server holds no more than before they came.',
}

/** What a gateway's `/stats` counts per session and must give back. */
const heldFigures = ['connections', 'consumers', 'queues', 'buffers', 'sessions', 'clientsHeldByWorkers'] as const

/** Examines the figures that the server tells both times. */
export function inspectTarget(before: Json, after: Json): readonly TargetInspection[] {
  if (!isObject(before) || !isObject(after)) return []
  const figures = heldFigures.flatMap((name) => {
    const [from, to] = [before[name], after[name]]
    return typeof from === 'number' && typeof to === 'number' ? [{ name, from, to }] : []
  })
  const violations = figures.filter(({ from, to }) => to > from).map(describeLeak)
  return [{ invariant: resourcesFreed, conclusion: { examined: figures.length, undecidable: 0, violations } }]
}

function describeLeak({ name, from, to }: { name: string; from: number; to: number }): Violation {
  return {
    invariant: resourcesFreed.name,
    kind: resourcesFreed.kind,
    class: 'leaked',
    atMs: 0,
    connection: 0,
    message: `the server holds ${to} ${name} after all clients have left, and held ${from} before they came`,
    expected: { [name]: from },
    received: { [name]: to },
  }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
