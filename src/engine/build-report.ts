import { foldConsequences } from '../check/fold-consequences.ts'
import type { ConcludedChecks } from '../check/run-checkers.ts'
import { type Judgement, judge } from '../check/verdict.ts'
import { chooseExitCode, type ExitCode, exitCodes } from '../core/exit-codes.ts'
import {
  type GroupReport,
  type OperationReport,
  type PressureReport,
  type RunReport,
  reportSchema,
} from '../core/report.ts'
import type { System } from '../core/system.ts'
import { accountForClients, accountForOperations } from '../metrics/accounting.ts'
import { type ClientMetrics, countLostConnections, mergeClients } from '../metrics/observe-clients.ts'
import { mergeOperations, reportOperation } from '../metrics/operation-metrics.ts'
import { addTranscripts } from './add-transcripts.ts'
import { concludeChecks } from './conclude-checks.ts'
import { describeCuts, describeLimits } from './describe-cuts.ts'
import { countFailed, describeFruitless, describeRefused, describeUnreachable } from './describe-failures.ts'
import { describeGroups, sumGroups } from './describe-groups.ts'
import { describeIdleDefects } from './describe-idle-defects.ts'
import { describeTiming, hasOpenModel } from './describe-timing.ts'
import { describeUnseen, listUnmarked } from './describe-unseen.ts'
import { identifyPlaces, planSharesKeys } from './identify-places.ts'
import { describeMissedFaults, reportFaults } from './report-faults.ts'
import type { RunOutcome } from './run-outcome.ts'

/** Joins what the threads concluded, finds causes, judges, and describes the whole run. */
export async function buildReport(outcome: RunOutcome, systems: readonly System[]): Promise<RunReport> {
  const { run, plan, results } = outcome
  const { targets = [] } = run.servers ?? {}
  const { pressure = [] } = run.end ?? {}
  const clients = mergeClients(results.map((result) => result.clients))
  const operations = mergeOperations(results.map((result) => result.operations)).map(reportOperation)
  const groups = describeGroups(plan, clients)
  const faults = reportFaults(plan, clients)
  // What the run itself has brought about is nothing that the server did.
  const undisturbed = operations.filter(({ underFault }) => !underFault)
  const accounting = [accountForClients(plan.clients, sumGroups(groups)), accountForOperations(operations)]
  const bugs = results.flatMap((result) => result.bugs)
  const { health, timing, durationMs } = describeTiming(plan, results)
  const checks = await concludeChecks(outcome, systems, timing.trusted)
  const refused = describeRefused(undisturbed)
  const judgement = judgeRun(outcome, systems, {
    checks,
    groups,
    clients,
    operations: undisturbed,
    isTimed: timing.trusted,
  })
  const ownCodes: readonly ExitCode[] = [
    ...(bugs.length > 0 || accounting.some(({ holds }) => !holds) ? [exitCodes.bug] : []),
    ...(refused.length > 0 ? [exitCodes.operationsFailed] : []),
  ]
  return {
    schema: reportSchema,
    mcsimVersion: run.mcsimVersion,
    runId: plan.runId,
    scenario: plan.scenario.name,
    seed: plan.scenario.seed,
    startedAt: run.startedAt,
    durationMs,
    verdict: judgement.verdict,
    reasons: [
      ...describeUnreachable(groups, clients, targets),
      ...refused,
      ...describeFruitless(undisturbed),
      ...judgement.reasons,
    ],
    warnings: [
      ...judgement.warnings,
      ...describeIdleDefects(targets, checks.invariants, systems),
      ...pressure.flatMap(describeFailure),
      ...describeLimits(results),
      ...describeMissedFaults(faults),
    ],
    exitCode: chooseExitCode([...judgement.exitCodes, ...ownCodes]),
    timing,
    coverage: checks.coverage,
    notObserved: describeUnseen(plan, systems, checks.invariants, pressure, checks.coverage),
    findings: await addTranscripts(foldConsequences(checks.violations), results),
    invariants: checks.invariants,
    groups,
    operations,
    pressure,
    faults,
    targets,
    accounting,
    health,
    environment: run.environment,
    replay: run.replay,
    bugs: [...bugs, ...checks.crashes.map(({ stack }) => stack)],
  }
}

interface Seen {
  readonly checks: ConcludedChecks
  readonly groups: readonly GroupReport[]
  readonly clients: readonly ClientMetrics[]
  readonly operations: readonly OperationReport[]
  readonly isTimed: boolean
}

function judgeRun({ run, plan, results }: RunOutcome, systems: readonly System[], seen: Seen): Judgement {
  const { groups, floors } = plan.scenario
  const senders = groups.filter(({ witness }) => !witness)
  return judge({
    checks: seen.checks,
    floors,
    areMarked: listUnmarked(plan, systems).length < senders.length,
    sharesKeys: planSharesKeys(plan, identifyPlaces(plan, systems)),
    clients: sumGroups(seen.groups),
    operationsFailed: seen.operations.reduce((sum, operation) => sum + countFailed(operation), 0),
    connectionsLost: countLostConnections(seen.clients),
    stopped: describeCuts(run, results),
    timingFails: hasOpenModel(plan) && !seen.isTimed,
    strict: run.strict,
  })
}

const describeFailure = ({ url, failure }: PressureReport) => (failure ? [`pressure on ${url}: ${failure}`] : [])
