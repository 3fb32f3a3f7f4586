import type { PlannedClient } from '../../../core/plan.ts'
import type { InstrumentsParams } from '../params/instruments-params.ts'
import { type ExpectedFigures, expectFigures } from '../workload/expected-figures.ts'
import { type PlannedPair, planPair } from '../workload/plan-pair.ts'

/** What the checkers of one client have in common: all of it follows from the plan. */
export interface JudgeSetup {
  readonly client: PlannedClient<InstrumentsParams>
  readonly params: InstrumentsParams
  readonly pair: PlannedPair
  readonly expected: ExpectedFigures
}

export function createSetup(client: PlannedClient<InstrumentsParams>): JudgeSetup {
  const pair = planPair(client)
  return { client, params: client.params, pair, expected: expectFigures(pair, client.params) }
}

/** The part of a file's name that tells whose it is. */
export const handleOfName = (filename: string) => filename.split('_', 1)[0] as string
