import type { Checker, Invariant } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { Sharing } from '../../../core/sharing.ts'
import type { InstrumentsParams } from '../params/instruments-params.ts'
import { acksOwnAgent, createAcksChecker } from './acks-own-agent.ts'
import { createExportChecker, exportOwn } from './export-own.ts'
import { createGraceChecker, graceKeepsSession } from './grace-keeps-session.ts'
import { createInstructionsChecker, instructionsRightAgent } from './instructions-right-agent.ts'
import { createSetup } from './judge-setup.ts'
import { createNamelessChecker, createRivalChecker, noIdNoService, noTakeover } from './refusals.ts'
import { createResultsChecker, resultsExact } from './results-exact.ts'
import { createStatusChecker, statusOwn } from './status-own.ts'
import { createUpdatesChecker, updatesOwnUser } from './updates-own-user.ts'

export const instrumentsInvariants: readonly Invariant[] = [
  updatesOwnUser,
  resultsExact,
  acksOwnAgent,
  instructionsRightAgent,
  statusOwn,
  exportOwn,
  noIdNoService,
  graceKeepsSession,
  noTakeover,
]

/** What a pair does not do is not judged: without viewers nobody receives updates. */
export function createCheckers(client: PlannedClient<InstrumentsParams>, sharing?: Sharing): readonly Checker[] {
  const setup = createSetup(client)
  const { pair, params } = setup
  const watches = params.viewers > 0
  const sends = params.agent && params.files > 0 && watches
  return [
    ...(watches ? [createUpdatesChecker(setup), createStatusChecker(setup, sharing), createExportChecker(setup)] : []),
    ...(sends ? [createResultsChecker(setup), createAcksChecker(setup), createInstructionsChecker(setup)] : []),
    // Also who does not mean to leave may lose its connection.
    ...(params.agent ? [createGraceChecker(setup)] : []),
    ...(pair.triesNameless ? [createNamelessChecker(setup)] : []),
    ...(pair.triesRival && params.agent ? [createRivalChecker(setup)] : []),
  ]
}
