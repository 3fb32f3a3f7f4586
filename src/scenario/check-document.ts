import type { FaultRule } from '../core/fault.ts'
import type { JsonObject } from '../core/json.ts'
import { maxClients } from '../core/marker.ts'
import type { Group, Scenario } from '../core/scenario.ts'
import type { Problem, System } from '../core/system.ts'
import { checkFault, type FaultContext } from './check-fault.ts'
import { checkFloors } from './check-floors.ts'
import { checkGroup, expectedClients } from './check-group.ts'
import { checkIdentities } from './check-identities.ts'
import { checkPressure } from './check-pressure.ts'
import { documentSchema } from './document.ts'
import { readField } from './find-system.ts'
import { parseReporting, type ReportProblem, reportWithin } from './report-problem.ts'
import { suggest } from './suggest.ts'
import { TargetBook } from './target-book.ts'

/**
 * Turns a raw document into a scenario, or reports everything that is wrong with it: each part is checked on its own,
 * so that one mistake does not hide the next. `defaultName` is used where the document has no name.
 */
export function checkDocument(
  raw: unknown,
  systems: readonly System[],
  defaultName: string,
): { readonly scenario: Scenario } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const report: ReportProblem = (problem) => problems.push(suggest(problem, raw))
  const scenario = buildScenario(raw, systems, defaultName, report)
  return scenario && problems.length === 0 ? { scenario: { ...scenario, document: raw as JsonObject } } : { problems }
}

function buildScenario(
  raw: unknown,
  systems: readonly System[],
  defaultName: string,
  report: ReportProblem,
): Scenario | undefined {
  const document = parseReporting(documentSchema, raw, report)
  const reportTargets = reportWithin(report, 'targets')
  const rawTargets = readField(raw, 'targets')
  const rawGroups = readList(raw, 'groups')
  const targets = new TargetBook(isRecord(rawTargets) ? rawTargets : {}, systems, reportTargets)
  const context = { systems, targets, maxDurationMs: document?.maxDurationMs }
  const checked = rawGroups.map((entry, i) => checkGroup(entry, context, reportWithin(report, 'groups', i)))
  const pressure = readList(raw, 'pressure').map((entry, i) =>
    checkPressure(entry, systems, targets, reportWithin(report, 'pressure', i)),
  )
  reportDuplicateNames(rawGroups, report)
  const groups = checked.filter((group) => group !== undefined)
  reportTooManyClients(groups, report)
  // Where a group has problems, what is said over groups cannot be checked, and faults by their shape alone.
  const known = groups.length < checked.length ? undefined : groups
  if (known) {
    checkIdentities(known, systems, report)
    checkFloors(document?.floors ?? {}, known, systems, report)
  }
  const faults = checkFaults(raw, { systems, groups: known, maxDurationMs: document?.maxDurationMs }, report)
  const declarations = targets.list(reportTargets)
  if (!document || groups.length < checked.length) return undefined
  const { name = defaultName, seed, floors, maxDurationMs } = document
  const loads = pressure.filter((load) => load !== undefined)
  return { name, seed, targets: declarations, groups, pressure: loads, faults, floors, maxDurationMs }
}

function checkFaults(raw: unknown, context: FaultContext, report: ReportProblem): readonly FaultRule[] {
  return readList(raw, 'faults')
    .map((entry, i) => checkFault(entry, context, reportWithin(report, 'faults', i)))
    .filter((fault) => fault !== undefined)
}

/** What is no list has no entries; that it should be one is reported by the document's own schema. */
function readList(raw: unknown, key: string): readonly unknown[] {
  const value = readField(raw, key)
  return Array.isArray(value) ? value : []
}

function reportDuplicateNames(rawGroups: readonly unknown[], report: ReportProblem): void {
  const firsts = new Map<string, number>()
  for (const [i, raw] of rawGroups.entries()) {
    const name = readField(raw, 'name')
    if (typeof name !== 'string') continue
    const first = firsts.get(name)
    if (first === undefined) firsts.set(name, i)
    else {
      const message = `groups[${first}] has the name "${name}" already`
      report({ path: ['groups', i, 'name'], message, hint: 'give each group a name of its own: reports go by it' })
    }
  }
}

function reportTooManyClients(groups: readonly Group[], report: ReportProblem): void {
  const planned = groups.reduce((sum, { load }) => sum + expectedClients(load), 0)
  if (planned <= maxClients) return
  const message = `expected at most ${maxClients} clients over all groups, got ${Math.round(planned)}`
  report({ path: ['groups'], message, hint: 'lower the numbers of clients, the arrival rates or the durations' })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
