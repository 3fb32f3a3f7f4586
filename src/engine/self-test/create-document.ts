import type { JsonObject } from '../../core/json.ts'
import type { Provocation, Trial } from '../../core/system.ts'

/** What is planted in each server of the trial. */
export interface Planted {
  readonly defects: readonly string[]
  readonly rate: number
}

/** The scenario document of a trial, under what provokes the defects that are planted. */
export function createDocument(trial: Trial, provoke: Provocation, { defects, rate }: Planted): JsonObject {
  const document = trial.createScenario(provoke)
  const targets = Object.entries(document['targets'] as Record<string, JsonObject>)
  const planted = defects.length > 0 ? { defect: defects, defectRate: rate } : {}
  return {
    ...document,
    targets: Object.fromEntries(targets.map(([name, target]) => [name, { ...target, ...planted }])),
    ...(provoke.faults && { faults: provoke.faults }),
  }
}
