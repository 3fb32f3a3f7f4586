import type { Group, LoadModel } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { formatDuration } from '../core/units.ts'
import { groupSchema } from './document.ts'
import { findSystem, readField } from './find-system.ts'
import { parseReporting, type ReportProblem, reportWithin } from './report-problem.ts'
import type { TargetBook } from './target-book.ts'

interface GroupContext {
  readonly systems: readonly System[]
  readonly targets: TargetBook
  /** Undefined where the document's own value is wrong. */
  readonly maxDurationMs: number | undefined
}

/** The group that a raw entry of `groups` describes, or undefined after its problems were reported. */
export function checkGroup(raw: unknown, context: GroupContext, report: ReportProblem): Group | undefined {
  const shape = parseReporting(groupSchema, raw, report)
  const system = findSystem(raw, context.systems, report)
  const params = system && parseReporting(system.params, readField(raw, 'params') ?? {}, reportWithin(report, 'params'))
  if (system) checkChannels(readField(raw, 'visibility'), system, reportWithin(report, 'visibility'))
  const named = readField(raw, 'target') ?? 'reference'
  const target =
    system && typeof named === 'string'
      ? context.targets.resolve(named, system, reportWithin(report, 'target'))
      : undefined
  const load = shape && checkLoad(shape, context.maxDurationMs, report)
  if (!shape || !load || !system || !target || params === undefined) return undefined
  const { declaration, settings } = target
  system.validateGroup?.({ params, target: declaration, loadModel: load.model, settings }).forEach(report)
  const { name, startAfterMs, witness, visibility } = shape
  const shared = visibility === undefined ? {} : { visibility }
  return { name, system: system.name, target: declaration.name, load, startAfterMs, witness, ...shared, params }
}

function checkChannels(visibility: unknown, system: System, report: ReportProblem): void {
  if (typeof visibility !== 'object' || visibility === null) return
  const accepted = Object.keys(system.channels ?? {})
  for (const unknownKey of Object.keys(visibility)) {
    if (accepted.includes(unknownKey)) continue
    const message = `the system ${system.name} has no channel "${unknownKey}" that clients could share`
    report({ path: [], message, unknownKey, ...(accepted.length > 0 && { accepted }) })
  }
}

interface GroupShape {
  readonly loads: readonly LoadModel[]
  readonly startAfterMs: number
  readonly witness: Group['witness']
  readonly visibility?: NonNullable<Group['visibility']>
}

function checkLoad(shape: GroupShape, maxDurationMs: number | undefined, report: ReportProblem): LoadModel | undefined {
  const [load, other] = shape.loads
  if (!load) {
    report({ path: ['clients'], message: 'is missing: expected a number of clients, or a "load"' })
    return undefined
  }
  if (other) {
    report({ path: ['clients'], message: 'expected "clients" or "load", got both', hint: 'remove one of them' })
    return undefined
  }
  if (load.model === 'open' && shape.witness) {
    const message = 'expected a fixed number of clients, because the group is a witness, got an open load'
    report({ path: ['load', 'model'], message, hint: 'a witness group takes "clients: 1"' })
  }
  if (expectedClients(load) === 0) {
    report({ path: ['load', 'stages'], message: 'no stage has an arrivalRate above 0: no client would ever arrive' })
  }
  const lastArrivalMs = shape.startAfterMs + arrivalSpanMs(load)
  if (maxDurationMs !== undefined && lastArrivalMs >= maxDurationMs) {
    const path = arrivalSpanMs(load) === 0 ? ['startAfter'] : load.model === 'open' ? ['load', 'stages'] : ['load']
    const message = `clients arrive for ${formatDuration(lastArrivalMs)}, but the run ends after ${formatDuration(maxDurationMs)}`
    report({ path, message, hint: 'raise "maxDuration", or let the clients arrive earlier' })
  }
  return load
}

function arrivalSpanMs(load: LoadModel): number {
  if (load.model === 'closed') return load.arriveOverMs
  return load.stages.reduce((sum, { durationMs }) => sum + durationMs, 0)
}

/** How many clients the load brings: exact for a closed load and constant arrivals, the mean for Poisson arrivals. */
export function expectedClients(load: LoadModel): number {
  if (load.model === 'closed') return load.clients
  return load.stages.reduce((sum, { durationMs, arrivalRate }) => sum + (durationMs * arrivalRate) / 1000, 0)
}
