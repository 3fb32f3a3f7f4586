import type { JsonObject } from '../../core/json.ts'
import { createRandom } from '../../core/random.ts'
import type { TrialKind } from '../../core/self-test.ts'
import type { Defect, Provocation, System } from '../../core/system.ts'
import { createDocument } from './create-document.ts'
import { pickPairs } from './pick-pairs.ts'

/** One run that the self-test will make. */
export interface PlannedTrial {
  readonly kind: TrialKind
  readonly system: string
  /** Planted together; none: the server is clean. */
  readonly defects: readonly Defect[]
  readonly title: string
  readonly rate: number
  readonly seed: number
  /** As it would stand in a scenario file. */
  readonly document: JsonObject
  /** Groups whose clients have data: the scenario's first ones. */
  readonly active: readonly string[]
}

export interface TrialChoice {
  /** All where undefined. */
  readonly defects: readonly string[] | undefined
  readonly seeds: number
  /** Of each clean server. */
  readonly cleanSeeds: number
  /** How often the defects act; not stated: always, and clean servers are tried as well. */
  readonly rates: readonly number[] | undefined
  /** Instead of single defects so many pairs of each system. */
  readonly pairs: number | undefined
}

/** All runs that are asked for, those of one system beside those of the others. */
export function planTrials(systems: readonly System[], choice: TrialChoice): PlannedTrial[] {
  return takeInTurn(systems.map((system) => planSystem(system, choice)))
}

function planSystem(system: System, choice: TrialChoice): PlannedTrial[] {
  const { rates, pairs, seeds, cleanSeeds } = choice
  const defects = system.defects.filter(({ name }) => choice.defects?.includes(name) ?? true)
  if (pairs !== undefined) {
    return pickPairs(defects, pairs, createRandom(1, 'pairs', system.name)).flatMap(({ pair, provoke }) =>
      repeat(seeds, (seed) => planTrial(system, { kind: 'pair', defects: pair, provoke, rate: 1, seed })),
    )
  }
  const kind = rates ? 'rate' : 'defect'
  const planted = defects.flatMap((defect) =>
    (rates ?? [1]).flatMap((rate) =>
      repeat(seeds, (seed) =>
        planTrial(system, { kind, defects: [defect], provoke: defect.provoke ?? {}, rate, seed }),
      ),
    ),
  )
  if (rates || choice.defects) return planted
  const clean = Object.entries(system.trial.clean).flatMap(([title, provoke]) =>
    repeat(cleanSeeds, (seed) => planTrial(system, { kind: 'clean', title, defects: [], provoke, rate: 1, seed })),
  )
  return [...planted, ...clean]
}

interface TrialFacts extends Pick<PlannedTrial, 'kind' | 'defects' | 'rate' | 'seed'> {
  readonly title?: string
  readonly provoke: Provocation
}

function planTrial({ name, trial }: System, { provoke, title, ...facts }: TrialFacts): PlannedTrial {
  const names = facts.defects.map((defect) => defect.name)
  return {
    ...facts,
    title: title ?? names.join(' + '),
    system: name,
    document: createDocument(trial, provoke, { defects: names, rate: facts.rate }),
    active: trial.active,
  }
}

const repeat = <T>(seeds: number, plan: (seed: number) => T): T[] =>
  Array.from({ length: seeds }, (_, index) => plan(index + 1))

/**
 * One of each list after the other, from their ends, for the rare defects stand there: they take longest, and what is
 * begun last should be short.
 */
function takeInTurn<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.at(-1 - index) ?? [])).flat()
}
