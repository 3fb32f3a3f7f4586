import type { JsonObject } from '../../core/json.ts'

/** The scenario document with a defect in each of its servers. */
export function plantDefects(document: JsonObject, [defect]: readonly [string]): JsonObject {
  const targets = Object.entries(document['targets'] as Record<string, JsonObject>)
  return {
    ...document,
    targets: Object.fromEntries(targets.map(([name, target]) => [name, { ...target, defect }])),
  }
}
