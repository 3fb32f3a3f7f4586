import type { Outcome } from '../core/event.ts'
import type { OperationReport } from '../core/report.ts'
import { sumCounts } from '../core/sum-counts.ts'
import { createHistogram, type HistogramState, mergeHistograms } from './histogram.ts'

/** Counts and times of one operation of one group. Plain JSON; those of disjoint sets of clients merge exactly. */
export interface OperationMetrics {
  readonly group: string
  readonly operation: string
  /** Of clients that a fault of the run had struck; what came of them is not the server's doing. */
  readonly underFault: boolean
  readonly counts: OperationCounts
  readonly errorCodes: Readonly<Record<string, number>>
  /** From the schedule. */
  readonly response: HistogramState
  /** From the invocation. */
  readonly service: HistogramState
  /** One value per client: the mean service time of its operations. */
  readonly clientMeans: HistogramState
}

export type OperationCounts = Readonly<Record<Outcome | 'sent' | 'inFlight', number>>

/** Joins what threads and shards measured; in order of group and operation. */
export function mergeOperations(parts: readonly (readonly OperationMetrics[])[]): OperationMetrics[] {
  const alike = new Map<string, OperationMetrics[]>()
  for (const metrics of parts.flat()) {
    const key = `${metrics.group} ${metrics.operation} ${metrics.underFault}`
    const known = alike.get(key)
    if (known) known.push(metrics)
    else alike.set(key, [metrics])
  }
  return [...alike].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, metrics]) => mergeAlike(metrics))
}

function mergeAlike(metrics: readonly OperationMetrics[]): OperationMetrics {
  const { group, operation, underFault } = metrics[0] as OperationMetrics
  return {
    group,
    operation,
    underFault,
    counts: sumCounts(metrics.map(({ counts }) => counts)) as OperationCounts,
    errorCodes: sumCounts(metrics.map(({ errorCodes }) => errorCodes)),
    response: mergeHistograms(metrics.map(({ response }) => response)),
    service: mergeHistograms(metrics.map(({ service }) => service)),
    clientMeans: mergeHistograms(metrics.map(({ clientMeans }) => clientMeans)),
  }
}

export function reportOperation(metrics: OperationMetrics): OperationReport {
  const { group, operation, underFault, counts, errorCodes } = metrics
  const means = createHistogram([metrics.clientMeans]).percentiles()
  return {
    group,
    operation,
    underFault,
    ...counts,
    errorCodes,
    response: createHistogram([metrics.response]).percentiles(),
    service: createHistogram([metrics.service]).percentiles(),
    ...(means.n > 0 && { medianClientMs: means.p50, worstClientMs: means.max }),
  }
}
