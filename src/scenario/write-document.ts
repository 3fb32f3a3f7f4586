import { stringify } from 'yaml'
import type { JsonObject } from '../core/json.ts'
import type { Scenario, TargetDeclaration } from '../core/scenario.ts'

/**
 * The document of a scenario with all that a command line said of it as well, so that it stands for itself: its targets are
 * declared, by names that a document may use. Undefined where the scenario was not read from one.
 */
export function writeDocument(scenario: Scenario): JsonObject | undefined {
  const { document, name, seed, maxDurationMs, targets, groups, pressure } = scenario
  if (!document) return undefined
  const names = new Map(targets.map((target, i) => [target.name, nameTarget(target, i)]))
  const rawGroups = document['groups'] as readonly JsonObject[]
  const rawPressure = (document['pressure'] ?? []) as readonly JsonObject[]
  const renamed = rawPressure.map((raw, i) => {
    const at = pressure[i]?.at
    return at && 'target' in at ? { ...raw, target: names.get(at.target) ?? at.target } : raw
  })
  return {
    name,
    seed,
    maxDuration: maxDurationMs % 1000 === 0 ? `${maxDurationMs / 1000}s` : `${maxDurationMs}ms`,
    ...without(document, ['name', 'seed', 'maxDuration']),
    targets: Object.fromEntries(targets.map((target) => [names.get(target.name) as string, writeTarget(target)])),
    groups: rawGroups.map((raw, i) => ({ ...raw, target: names.get(groups[i]?.target ?? '') as string })),
    ...(renamed.length > 0 && { pressure: renamed }),
  }
}

const without = (document: JsonObject, keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(document).filter(([key]) => !keys.includes(key)))

/** A group may make a target by naming a URL, or the reference server: neither is a name of a declared one. */
const nameTarget = ({ name, system }: TargetDeclaration, i: number) =>
  /^(?!reference)[A-Za-z0-9][\w.-]*$/.test(name) ? name : `${system}-server${i > 0 ? `-${i + 1}` : ''}`

function writeTarget({ name, defects, defectRate, settings, url, ...rest }: TargetDeclaration): JsonObject {
  if (url !== undefined) return { ...rest, url }
  return {
    ...rest,
    ...(Object.keys(settings as JsonObject).length > 0 && { settings }),
    ...(defects.length > 0 && { defect: defects.length === 1 ? (defects[0] as string) : defects }),
    ...(defects.length > 0 && defectRate !== 1 && { defectRate }),
  }
}

/** A document as YAML, with comments before it. */
export function formatDocument(document: JsonObject, comments: readonly string[]): string {
  return `${comments.map((line) => `# ${line}\n`).join('')}${stringify(document, { lineWidth: 120 })}`
}
