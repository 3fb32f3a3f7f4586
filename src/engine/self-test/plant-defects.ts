import type { JsonObject } from '../../core/json.ts'

/** The scenario document with the defects in each of its servers. */
export function plantDefects(document: JsonObject, defects: readonly string[], defectRate: number): JsonObject {
  if (defects.length === 0) return document
  const targets = Object.entries(document['targets'] as Record<string, JsonObject>)
  return {
    ...document,
    targets: Object.fromEntries(targets.map(([name, target]) => [name, { ...target, defect: defects, defectRate }])),
  }
}
