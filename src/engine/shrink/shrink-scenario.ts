import type { JsonObject } from '../../core/json.ts'
import type { RunReport } from '../../core/report.ts'
import type { System } from '../../core/system.ts'
import { listReductions } from './list-reductions.ts'
import type { Failing, Trials } from './trials.ts'

export interface ShrinkOptions {
  readonly systems: readonly System[]
  /** With so many seeds a scenario must stay green before it is taken for one that does not fail. */
  readonly seeds: number
  onStep(sentence: string): void
}

/** The smallest scenario found that still violates the invariant of the trials; undefined where not even the given one does. */
export async function shrinkScenario(
  document: JsonObject,
  trials: Trials,
  options: ShrinkOptions,
): Promise<Failing | undefined> {
  const { floors, ...whole } = document
  // Once more than the others: that the run was red is known.
  let smallest = await trials.findFailing(whole, options.seeds + 1)
  if (!smallest) return undefined
  options.onStep(`${trials.invariant} is violated again, with seed ${smallest.document['seed']}`)
  const tooSmall = new Set<string>()
  for (;;) {
    const smaller = await findSmaller(smallest, tooSmall, trials, options)
    if (!smaller) return smallest
    smallest = smaller
  }
}

/**
 * The first reduction that still violates the invariant. What was too small once is not tried again: it is not likely to be
 * enough where still less is done.
 */
async function findSmaller(
  { document, report }: Failing,
  tooSmall: Set<string>,
  trials: Trials,
  { systems, seeds, onStep }: ShrinkOptions,
): Promise<Failing | undefined> {
  const facts = {
    involved: listInvolved(report, trials.invariant),
    sizesOf: (group: JsonObject) => readSizes(group, systems),
  }
  for (const { what, document: smaller } of listReductions(document, facts)) {
    if (trials.over !== undefined) return undefined
    if (tooSmall.has(what)) continue
    const failing = await trials.findFailing(smaller, seeds)
    onStep(`${what}: ${failing ? 'still violated' : 'not violated'}`)
    if (failing) return failing
    tooSmall.add(what)
  }
  return undefined
}

/** The groups of all whom the findings of the invariant name. Clients are numbered group by group. */
function listInvolved({ findings, groups }: RunReport, invariant: string): ReadonlySet<string> {
  const clients = findings
    .filter(({ invariants }) => invariant in invariants)
    .flatMap(({ recipients, owners, violation }) => [...recipients, ...owners, ...(violation.cause?.clients ?? [])])
  const names = new Set<string>()
  let first = 0
  for (const { name, planned } of groups) {
    if (clients.some((client) => client >= first && client < first + planned)) names.add(name)
    first += planned
  }
  return names
}

function readSizes(group: JsonObject, systems: readonly System[]): Readonly<Record<string, number>> {
  const system = systems.find(({ name }) => name === group['system'])
  const parsed = system?.params.parse(group['params'] ?? {})
  if (!system || !parsed || !('value' in parsed)) return {}
  const values = parsed.value as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    (system.sizes ?? []).flatMap((key) => {
      const value = values[key]
      return typeof value === 'number' ? [[key, value]] : []
    }),
  )
}
