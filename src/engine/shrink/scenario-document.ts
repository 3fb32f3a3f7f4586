import type { Json, JsonObject } from '../../core/json.ts'

/* Changes of a scenario document that leave it whole. */

export const listGroups = (document: JsonObject): readonly JsonObject[] => document['groups'] as readonly JsonObject[]

export function replaceGroup(document: JsonObject, group: JsonObject, changed: JsonObject): JsonObject {
  return { ...document, groups: listGroups(document).map((other) => (other === group ? changed : other)) }
}

/** The scenario with these groups alone, and nothing that would then refer to what is not there. */
export function keepGroups(document: JsonObject, groups: readonly JsonObject[]): JsonObject {
  const names = new Set(groups.map(({ name }) => name))
  const used = new Set(groups.map(({ target }) => String(target)))
  const { targets, faults, pressure, ...rest } = document
  const kept = {
    targets: Object.fromEntries(Object.entries(targets as JsonObject).filter(([name]) => used.has(name))),
    faults: listEntries(faults).flatMap((fault) => keepNamed(fault, names)),
    pressure: listEntries(pressure).filter(({ target }) => target === undefined || used.has(String(target))),
  }
  const parts = Object.entries(kept).filter(([, part]) => Object.keys(part).length > 0)
  return { ...rest, ...Object.fromEntries(parts), groups }
}

/** A fault of the groups that remain; none where it was of others alone. */
function keepNamed(fault: JsonObject, names: ReadonlySet<Json | undefined>): JsonObject[] {
  const groups = fault['groups']
  if (!Array.isArray(groups)) return [fault]
  const kept = groups.filter((name) => names.has(name))
  return kept.length === 0 ? [] : [{ ...fault, groups: kept }]
}

const listEntries = (value: Json | undefined) => (Array.isArray(value) ? (value as JsonObject[]) : [])

export function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _, ...rest } = object
  return rest
}
