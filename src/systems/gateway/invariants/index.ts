import type { Checker, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { GatewayParams } from '../params.ts'
import { answersPaired, createAnswersChecker } from './answers-paired.ts'
import { createDatasetChecker, datasetReadable } from './dataset-readable.ts'
import { createEarlyResultsChecker, noEarlyResults } from './no-early-results.ts'
import { resourcesFreed } from './resources-freed.ts'
import { createCompletenessChecker, resultsComplete } from './results-complete.ts'
import { createExactnessChecker, resultsExact } from './results-exact.ts'
import { createOwnershipChecker, resultsOwn } from './results-own.ts'
import { createNeighbourChecker, unaffectedByNeighbours } from './unaffected-by-neighbours.ts'

export const gatewayInvariants: readonly Invariant[] = [
  resultsOwn,
  resultsExact,
  resultsComplete,
  noEarlyResults,
  answersPaired,
  unaffectedByNeighbours,
  resourcesFreed,
  datasetReadable,
]

export function createCheckers(client: PlannedClient<GatewayParams>): readonly Checker[] {
  const { arrival, params } = client
  return [
    createOwnershipChecker(client),
    createExactnessChecker(arrival.client, params.rules),
    createCompletenessChecker(arrival.client),
    createEarlyResultsChecker(arrival.client),
    createAnswersChecker(arrival.client),
    createNeighbourChecker(arrival.client, params),
    ...(params.dataFolder === undefined ? [] : [createDatasetChecker(arrival.client)]),
  ]
}
