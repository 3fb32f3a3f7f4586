import { type CloseReason, everStood } from '../core/close-reason.ts'
import { abortedCode } from '../core/event.ts'
import type { GroupReport, OperationReport, TargetReport } from '../core/report.ts'
import type { ClientMetrics } from '../metrics/observe-clients.ts'

/** A sentence for each target that none of its clients ever had a connection to. */
export function describeUnreachable(
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

/** A limit denies some; where it denied all that a group asked for, nothing worked. */
export function describeRefused(operations: readonly OperationReport[]): string[] {
  return operations
    .filter(({ sent, limited }) => sent > 0 && limited === sent)
    .map((report) => `the target refused every ${describeAll(report)}`)
}

/**
 * What a group tried and never got, such as a server of another protocol gives nothing of. Whom no client could reach is
 * told as that, and what a stop cut off is nothing that failed.
 */
export function describeFruitless(operations: readonly OperationReport[]): string[] {
  return operations
    .filter((report) => report.operation !== 'connect' && report.ok === 0 && report.limited === 0)
    .filter((report) => countFailed(report) > 0)
    .map((report) => `the target answered no ${describeAll(report)} as this protocol has it`)
}

function describeAll({ group, operation, sent, errorCodes }: OperationReport): string {
  return `${operation} of ${group} (${sent} of ${sent}: ${Object.keys(errorCodes).join(', ')})`
}

/** Without those that the run itself cut off. */
export const countFailed = ({ failed, indeterminate, errorCodes }: OperationReport) =>
  failed + indeterminate - (errorCodes[abortedCode] ?? 0)
