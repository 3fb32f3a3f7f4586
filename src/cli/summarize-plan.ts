import type { FaultRule } from '../core/fault.ts'
import type { Arrival, ClientFaults, ClientIndex, Plan } from '../core/plan.ts'
import type { Coverage, Group, Pressure, TargetDeclaration } from '../core/scenario.ts'
import type { PairComparison } from '../engine/compare-pairs.ts'

export interface PlannedGroup extends Group {
  readonly clients: number
  /** Of a witness that comes when the others have left, the time before which it does not. */
  readonly firstArrivalMs: number
  readonly lastArrivalMs: number
}

/** What one entry of the scenario's `faults` will do. */
export interface PlannedFaultRule extends FaultRule {
  readonly concerned: readonly ClientIndex[]
  /** Of each strike, with its client; empty for steps. */
  readonly strikes: readonly { readonly client: ClientIndex; readonly atMs: number }[]
}

/** What `mcsim plan` shows, as its JSON has it. */
export interface PlanSummary {
  readonly schema: 'mcsim-plan/1'
  readonly scenario: string
  readonly runId: string
  readonly seed: number
  readonly maxDurationMs: number
  readonly floors: Coverage
  readonly clients: number
  readonly targets: readonly TargetDeclaration[]
  readonly groups: readonly PlannedGroup[]
  readonly pressure: readonly Pressure[]
  readonly faults: readonly PlannedFaultRule[]
  readonly arrivals: readonly Arrival[]
  readonly comparisons: readonly PairComparison[]
}

export function summarizePlan(plan: Plan, comparisons: readonly PairComparison[]): PlanSummary {
  const { name, seed, maxDurationMs, floors, targets, pressure } = plan.scenario
  const arrivals = plan.arrivals()
  const groups = plan.scenario.groups.map((group) => {
    const own = arrivals.filter((arrival) => arrival.group === group.name)
    const [first, last] = [own[0], own.at(-1)]
    return {
      ...group,
      clients: own.length,
      firstArrivalMs: first?.scheduledAtMs ?? group.startAfterMs,
      lastArrivalMs: last?.scheduledAtMs ?? group.startAfterMs,
    }
  })
  const { runId, clients } = plan
  const head = { schema: 'mcsim-plan/1', scenario: name, runId, seed, maxDurationMs, floors, clients } as const
  return { ...head, targets, groups, pressure, faults: summarizeFaults(plan), arrivals, comparisons }
}

function summarizeFaults(plan: Plan): PlannedFaultRule[] {
  const all = plan.arrivals().flatMap(({ client }) => {
    const faults = plan.faultsOf(client)
    return faults ? [{ client, faults }] : []
  })
  return plan.scenario.faults.map((rule, index) => {
    const strikes = all.flatMap(({ client, faults }) =>
      faults.strikes.filter((strike) => strike.rule === index).map(({ atMs }) => ({ client, atMs })),
    )
    const concerned = all.filter(({ faults }) => isConcerned(faults, index)).map(({ client }) => client)
    return { ...rule, concerned, strikes: strikes.toSorted((a, b) => a.atMs - b.atMs) }
  })
}

function isConcerned({ strikes, steps, start }: ClientFaults, index: number): boolean {
  return start?.rule === index || [...strikes, ...steps].some(({ rule }) => rule === index)
}
