import { type FaultRule, type FaultStep, faultSteps, isNetworkFault, simultaneousStart } from '../core/fault.ts'
import type { Group } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { formatDuration } from '../core/units.ts'
import { type FaultShape, faultSchema } from './fault-document.ts'
import { parseReporting, type ReportProblem } from './report-problem.ts'

export interface FaultContext {
  /** Undefined where some of them have problems. */
  readonly groups: readonly Group[] | undefined
  readonly systems: readonly System[]
  /** Undefined where the document's own value is wrong. */
  readonly maxDurationMs: number | undefined
}

/** One client is struck so often at most. */
const mostStrikes = 10_000

/** The fault that a raw entry of `faults` describes, or undefined after its problems were reported. */
export function checkFault(raw: unknown, context: FaultContext, report: ReportProblem): FaultRule | undefined {
  const shape = parseReporting(faultSchema, raw, report)
  if (!shape) return undefined
  const { groups: known = [], systems, maxDurationMs } = context
  checkTimes(shape, maxDurationMs, report)
  const { kind, groups: named } = shape
  if (!context.groups) return undefined
  const groups = named ? nameGroups(named, known, report) : findGroups(kind, known, systems, report)
  for (const group of named && isStep(kind) ? groups : []) {
    const path = ['groups', named?.indexOf(group.name) ?? 0]
    checkStep(kind as FaultStep, group, systems, (problem) => report({ ...problem, path }))
  }
  return { ...shape, groups: groups.map(({ name }) => name) }
}

const isStep = (kind: FaultRule['kind']): kind is FaultStep => !isNetworkFault(kind) && kind !== simultaneousStart

function checkTimes(
  { fromMs, untilMs, everyMs }: FaultShape,
  maxDurationMs: number | undefined,
  report: ReportProblem,
) {
  if (maxDurationMs !== undefined && fromMs >= maxDurationMs) {
    const message = `it begins after ${formatDuration(fromMs)}, but the run ends after ${formatDuration(maxDurationMs)}`
    report({ path: ['at'], message, hint: 'raise "maxDuration", or begin earlier' })
  }
  if (everyMs === undefined) return
  const span = untilMs - fromMs
  if (everyMs > span) {
    const message = `expected at most ${formatDuration(span)}, which is how long "at" spans, got ${formatDuration(everyMs)}`
    report({ path: ['every'], message, hint: 'widen "at", such as 2s..5s, or leave "every" out' })
  } else if (span / everyMs > mostStrikes) {
    report({ path: ['every'], message: `each client would be struck more than ${mostStrikes} times` })
  }
}

function nameGroups(names: readonly string[], groups: readonly Group[], report: ReportProblem): Group[] {
  const accepted = groups.filter(({ witness }) => !witness).map(({ name }) => name)
  return names.flatMap((name, i) => {
    const group = groups.find((known) => known.name === name)
    if (group && !group.witness) return [group]
    const message = group ? `group "${name}" is a witness: nothing is done to it` : `there is no group "${name}"`
    report({ path: ['groups', i], message, accepted, hint: `known: ${accepted.join(', ')}` })
    return []
  })
}

/** All that can, where none are named. */
function findGroups(
  kind: FaultRule['kind'],
  groups: readonly Group[],
  systems: readonly System[],
  report: ReportProblem,
): Group[] {
  const active = groups.filter(({ witness }) => !witness)
  if (!isStep(kind)) return active
  const able = active.filter((group) => typeof takeStep(kind, group, systems) === 'object')
  if (able.length === 0 && active.length > 0) {
    const told = active.map((group) => `${group.name}: ${describeInability(kind, group, systems)}`)
    report({ path: ['kind'], message: `no group can do "${kind}" (${told.join('; ')})`, ...hintOf(active, systems) })
  }
  return able
}

function checkStep(step: FaultStep, group: Group, systems: readonly System[], report: ReportProblem): void {
  if (typeof takeStep(step, group, systems) === 'object') return
  const message = `group "${group.name}" cannot do "${step}": ${describeInability(step, group, systems)}`
  report({ path: [], message, ...hintOf([group], systems) })
}

function takeStep(step: FaultStep, { system, params }: Group, systems: readonly System[]): unknown {
  return systems.find(({ name }) => name === system)?.takeStep?.(step, params)
}

function describeInability(step: FaultStep, group: Group, systems: readonly System[]): string {
  const refusal = takeStep(step, group, systems)
  return typeof refusal === 'string' ? refusal : `the clients of "${group.system}" have no such step`
}

function hintOf(groups: readonly Group[], systems: readonly System[]): { readonly hint: string } {
  const able = faultSteps.filter((step) => groups.some((group) => typeof takeStep(step, group, systems) === 'object'))
  const steps = able.length > 0 ? `it can do ${able.join(', ')}, and ` : ''
  return { hint: `${steps}every fault of the network and ${simultaneousStart}` }
}
