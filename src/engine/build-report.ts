import { countPairs } from '../check/count-pairs.ts'
import { foldConsequences } from '../check/fold-consequences.ts'
import { resolveIssuedIds } from '../check/resolve-issued-ids.ts'
import { resolveTraces } from '../check/resolve-traces.ts'
import { type ConcludedChecks, mergeConclusions } from '../check/run-checkers.ts'
import { suspendTimeBased } from '../check/suspend-time-based.ts'
import { judge } from '../check/verdict.ts'
import { type CloseReason, everStood } from '../core/close-reason.ts'
import { abortedCode } from '../core/event.ts'
import { chooseExitCode, type ExitCode, exitCodes } from '../core/exit-codes.ts'
import type { ClientIndex, Plan } from '../core/plan.ts'
import {
  type GroupReport,
  type OperationReport,
  type PressureReport,
  type RunReport,
  reportSchema,
  type TargetReport,
} from '../core/report.ts'
import type { System } from '../core/system.ts'
import { accountForClients, accountForOperations } from '../metrics/accounting.ts'
import { mergeHealth, reportHealth } from '../metrics/generator-health.ts'
import { judgeTiming } from '../metrics/judge-timing.ts'
import { type ClientMetrics, countLostConnections, mergeClients } from '../metrics/observe-clients.ts'
import { mergeOperations, reportOperation } from '../metrics/operation-metrics.ts'
import { describeEnvironment } from './describe-environment.ts'
import { describeIdleDefects } from './describe-idle-defects.ts'
import { describeUnseen, listUnmarked } from './describe-unseen.ts'
import { findCauses } from './find-causes.ts'
import type { ShardResult } from './run-shard.ts'

export interface RunOutcome {
  readonly plan: Plan
  readonly startedAt: Date
  readonly results: readonly ShardResult[]
  readonly pressure: readonly PressureReport[]
  readonly targets: readonly TargetReport[]
  /** What the servers told of themselves after all clients had left. */
  readonly hygiene: readonly ConcludedChecks[]
  /** Why the run was stopped before its plan was done; undefined where it was not. */
  readonly stopped: string | undefined
}

export interface ReportOptions {
  readonly systems: readonly System[]
  readonly strict: boolean
  readonly mcsimVersion: string
  readonly replay: string
}

/** Joins what the threads concluded, finds causes, judges, and describes the whole run. */
export async function buildReport(outcome: RunOutcome, options: ReportOptions): Promise<RunReport> {
  const { plan, results } = outcome
  const clients = mergeClients(results.map((result) => result.clients))
  const operations = mergeOperations(results.map((result) => result.operations)).map(reportOperation)
  const groups = describeGroups(plan, clients)
  const accounting = [accountForClients(plan.clients, sumGroups(groups)), accountForOperations(operations)]
  const health = reportHealth(mergeHealth(results.map((result) => result.health)))
  const bugs = results.flatMap((result) => result.bugs)
  const hasOpenModel = plan.scenario.groups.some(({ load }) => load.model === 'open')
  const durationMs = Math.max(...results.map((result) => result.durationMs))
  const timing = judgeTiming(health, { durationMs, hasOpenModel })
  const checks = await concludeChecks(outcome, options, timing.trusted)
  const refused = describeRefused(operations)
  const judgement = judge({
    checks,
    floors: plan.scenario.floors,
    areMarked:
      listUnmarked(plan, options.systems).length < plan.scenario.groups.filter(({ witness }) => !witness).length,
    clients: sumGroups(groups),
    operationsFailed: operations.reduce((sum, operation) => sum + countFailed(operation), 0),
    connectionsLost: countLostConnections(clients),
    stopped: outcome.stopped,
    timingFails: hasOpenModel && !timing.trusted,
    strict: options.strict,
  })
  const ownCodes: readonly ExitCode[] = [
    ...(bugs.length > 0 || accounting.some(({ holds }) => !holds) ? [exitCodes.bug] : []),
    ...(refused.length > 0 ? [exitCodes.operationsFailed] : []),
  ]
  return {
    schema: reportSchema,
    mcsimVersion: options.mcsimVersion,
    runId: plan.runId,
    scenario: plan.scenario.name,
    seed: plan.scenario.seed,
    startedAt: outcome.startedAt.toISOString(),
    durationMs,
    verdict: judgement.verdict,
    reasons: [
      ...describeUnreachable(groups, clients, outcome.targets),
      ...refused,
      ...describeFruitless(operations),
      ...judgement.reasons,
    ],
    warnings: [
      ...judgement.warnings,
      ...describeIdleDefects(outcome.targets, checks.invariants, options.systems),
      ...outcome.pressure.flatMap(describeFailure),
    ],
    exitCode: chooseExitCode([...judgement.exitCodes, ...ownCodes]),
    timing,
    coverage: checks.coverage,
    notObserved: describeUnseen(plan, options.systems, checks.invariants, outcome.pressure),
    findings: foldConsequences(checks.violations),
    invariants: checks.invariants,
    groups,
    operations,
    pressure: outcome.pressure,
    targets: outcome.targets,
    accounting,
    health,
    environment: describeEnvironment(results.length),
    replay: options.replay,
    bugs: [...bugs, ...checks.crashes.map(({ stack }) => stack)],
  }
}

/** A limit denies some; where it denied all that a group asked for, nothing worked. */
function describeRefused(operations: readonly OperationReport[]): string[] {
  return operations
    .filter(({ sent, limited }) => sent > 0 && limited === sent)
    .map((report) => `the target refused every ${describeAll(report)}`)
}

/**
 * What a group tried and never got, such as a server of another protocol gives nothing of. Whom no client could reach is
 * told as that, and what a stop cut off is nothing that failed.
 */
function describeFruitless(operations: readonly OperationReport[]): string[] {
  return operations
    .filter((report) => report.operation !== 'connect' && report.ok === 0 && report.limited === 0)
    .filter((report) => countFailed(report) > 0)
    .map((report) => `the target answered no ${describeAll(report)} as this protocol has it`)
}

function describeAll({ group, operation, sent, errorCodes }: OperationReport): string {
  return `${operation} of ${group} (${sent} of ${sent}: ${Object.keys(errorCodes).join(', ')})`
}

/** Without those that the run itself cut off. */
const countFailed = ({ failed, indeterminate, errorCodes }: OperationReport) =>
  failed + indeterminate - (errorCodes[abortedCode] ?? 0)

/** Joins the conclusions of threads and servers, and names owners and causes that no single thread could know. */
async function concludeChecks(
  { plan, results, hygiene }: RunOutcome,
  { systems }: ReportOptions,
  isTimingTrusted: boolean,
): Promise<ConcludedChecks> {
  const { groupOf, targetOf } = createLookups(plan)
  const identified = resolveIssuedIds(mergeConclusions([...results.map((result) => result.checks), ...hygiene]))
  const counted = isTimingTrusted ? identified : suspendTimeBased(identified, groupOf)
  const merged = resolveTraces(counted, targetOf)
  const presences = results.flatMap((result) => result.presences)
  const coverage = { ...merged.coverage, ...countPairs(presences, targetOf) }
  return { ...merged, coverage, violations: await findCauses(merged.violations, plan, systems) }
}

function createLookups(plan: Plan) {
  const targetOfGroup = new Map(plan.scenario.groups.map(({ name, target }) => [name, target]))
  const groups = new Map(plan.arrivals().map(({ client, group }) => [client, group]))
  const groupOf = (client: ClientIndex) => groups.get(client) ?? ''
  return { groupOf, targetOf: (client: ClientIndex) => targetOfGroup.get(groupOf(client)) ?? '' }
}

function describeGroups(plan: Plan, metrics: readonly ClientMetrics[]): GroupReport[] {
  return plan.scenario.groups.map(({ name, system, target }) => {
    const planned = plan.arrivals().filter((arrival) => arrival.group === name).length
    const counts = metrics.find(({ group }) => group === name)?.clients
    const { finished = 0, unfinished = 0, dropped = 0 } = counts ?? {}
    return { name, system, target, planned, finished, unfinished, dropped }
  })
}

const describeFailure = ({ url, failure }: PressureReport) => (failure ? [`pressure on ${url}: ${failure}`] : [])

/** A sentence for each target that none of its clients ever had a connection to. */
function describeUnreachable(
  groups: readonly GroupReport[],
  metrics: readonly ClientMetrics[],
  targets: readonly TargetReport[],
): string[] {
  return targets.flatMap(({ name, url }) => {
    const ofTarget = new Set(groups.filter(({ target }) => target === name).map((group) => group.name))
    const closed = metrics.filter(({ group }) => ofTarget.has(group)).flatMap((group) => Object.keys(group.closed))
    const reasons = [...new Set(closed)] as CloseReason[]
    if (reasons.length === 0 || reasons.some(everStood)) return []
    return [`no client could reach the target at ${url}: ${reasons.join(', ')}`]
  })
}

function sumGroups(groups: readonly GroupReport[]) {
  const sum = { finished: 0, unfinished: 0, dropped: 0 }
  for (const { finished, unfinished, dropped } of groups) {
    sum.finished += finished
    sum.unfinished += unfinished
    sum.dropped += dropped
  }
  return sum
}
