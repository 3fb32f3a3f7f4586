import type { Json, JsonObject } from '../../core/json.ts'
import { parseDuration } from '../../core/units.ts'
import { keepGroups, listGroups, replaceGroup, without } from './scenario-document.ts'

/** A smaller scenario, as a document, and what is smaller about it. */
export interface Reduction {
  readonly what: string
  readonly document: JsonObject
}

export interface ReductionFacts {
  /** Names of the groups whose clients the findings name. */
  readonly involved: ReadonlySet<string>
  /** How much a group's clients do: the parameters that say so, with their values. */
  sizesOf(group: JsonObject): Readonly<Record<string, number>>
}

/** All that could be left out of a scenario or made smaller in it, the greatest steps first. */
export function listReductions(document: JsonObject, facts: ReductionFacts): Reduction[] {
  const groups = listGroups(document)
  return [
    ...dropBystanders(document, facts),
    ...dropParts(document),
    ...groups.flatMap((group) => dropGroup(document, group)),
    ...groups.flatMap((group) => reduceLoad(document, group)),
    ...groups.flatMap((group) => reduceSizes(document, group, facts)),
    ...groups.flatMap((group) => dropWaits(document, group)),
  ]
}

function dropBystanders(document: JsonObject, { involved }: ReductionFacts): Reduction[] {
  const kept = listGroups(document).filter(({ name }) => involved.has(String(name)))
  if (kept.length === 0 || kept.length === listGroups(document).length) return []
  const names = kept.map(({ name }) => name).join(', ')
  return [{ what: `only the groups that the findings name (${names})`, document: keepGroups(document, kept) }]
}

function dropParts(document: JsonObject): Reduction[] {
  return ['pressure', 'faults'].flatMap((key) => {
    const entries = document[key]
    if (!Array.isArray(entries) || entries.length === 0) return []
    const all = { what: `no ${key}`, document: without(document, key) }
    if (entries.length === 1) return [all]
    const fewer = entries.map((_, i) => ({
      what: `without ${key}[${i}]`,
      document: { ...document, [key]: entries.filter((__, other) => other !== i) },
    }))
    return [all, ...fewer]
  })
}

function dropGroup(document: JsonObject, group: JsonObject): Reduction[] {
  const others = listGroups(document).filter((other) => other !== group)
  return others.length === 0 ? [] : [{ what: `without ${group['name']}`, document: keepGroups(document, others) }]
}

function reduceLoad(document: JsonObject, group: JsonObject): Reduction[] {
  const load = group['load'] as JsonObject | undefined
  const change = (what: string, changed: JsonObject) => ({
    what: `${what} of ${group['name']}`,
    document: replaceGroup(document, group, changed),
  })
  if (!load) {
    return listSmaller(group['clients'], 2).map((clients) => change(countOf(clients, 'clients'), { ...group, clients }))
  }
  const withLoad = (part: JsonObject) => ({ ...group, load: { ...load, ...part } })
  const counts = ['clients', 'iterations'].flatMap((key) =>
    listSmaller(load[key], 2).map((count) => change(countOf(count, key), withLoad({ [key]: count }))),
  )
  return [...counts, ...reduceStages(load).map(({ what, stages }) => change(what, withLoad({ stages })))]
}

function reduceStages({ stages }: JsonObject): { what: string; stages: Json }[] {
  if (!Array.isArray(stages)) return []
  const fewer = stages.length > 1 ? stages.map((stage, i) => ({ what: `stage ${i} alone`, stages: [stage] })) : []
  const halve = (key: string, half: (stage: JsonObject) => Json) => ({
    what: `half the ${key}`,
    stages: (stages as JsonObject[]).map((stage) => ({ ...stage, [key]: half(stage) })),
  })
  return [
    ...fewer,
    halve('duration', ({ duration }) => `${Math.max(1, Math.floor((parseDuration(String(duration)) ?? 2) / 2))}ms`),
    halve('arrivalRate', ({ arrivalRate }) => Number(arrivalRate) / 2),
  ]
}

function reduceSizes(document: JsonObject, group: JsonObject, { sizesOf }: ReductionFacts): Reduction[] {
  return Object.entries(sizesOf(group)).flatMap(([key, value]) =>
    listSmaller(value, 4).map((size) => {
      const params = { ...(group['params'] as JsonObject | undefined), [key]: size }
      return {
        what: `${key} ${size} of ${group['name']}`,
        document: replaceGroup(document, group, { ...group, params }),
      }
    }),
  )
}

/** `1 client`, `2 iterations` */
const countOf = (count: number, things: string) => `${count} ${count === 1 ? things.slice(0, -1) : things}`

/** What only makes the run longer. */
function dropWaits(document: JsonObject, group: JsonObject): Reduction[] {
  const load = group['load'] as JsonObject | undefined
  const changed = [
    ...('startAfter' in group ? [{ what: 'no startAfter', group: without(group, 'startAfter') }] : []),
    ...['thinkTime', 'arriveOver'].flatMap((key) =>
      load && key in load ? [{ what: `no ${key}`, group: { ...group, load: without(load, key) } }] : [],
    ),
  ]
  return changed.map((one) => ({
    what: `${one.what} of ${group['name']}`,
    document: replaceGroup(document, group, one.group),
  }))
}

/** Smaller numbers than this, the smallest first: what still fails with very little is found at once. */
function listSmaller(value: Json | undefined, factor: number): number[] {
  if (typeof value !== 'number') return []
  const smaller: number[] = []
  for (let size = 1; size < value; size *= factor) smaller.push(size)
  const refined = [Math.floor(value / 2), value <= 8 ? value - 1 : 0].filter((size) => size > 0)
  return [...new Set([...smaller, ...refined])]
}
