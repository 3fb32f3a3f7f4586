import type { Plan } from '../core/plan.ts'
import type { HealthReport, RunReport } from '../core/report.ts'
import { mergeHealth, reportHealth } from '../metrics/generator-health.ts'
import { judgeTiming } from '../metrics/judge-timing.ts'
import type { ShardResult } from './shard-result.ts'

export interface TimingReport {
  readonly durationMs: number
  readonly health: HealthReport
  readonly timing: RunReport['timing']
}

/** How well the generator kept up, and whether its times may be believed. */
export function describeTiming(plan: Plan, results: readonly ShardResult[]): TimingReport {
  const durationMs = Math.max(...results.map((result) => result.durationMs))
  const told = results.flatMap(({ health }) => health ?? [])
  const health = reportHealth(mergeHealth(told))
  const { trusted, reasons } = judgeTiming(health, { durationMs, hasOpenModel: hasOpenModel(plan) })
  const isTold = told.length === results.length
  const unknown = isTold ? [] : ['how well the load threads kept up is not known: the run was killed']
  return { durationMs, health, timing: { trusted: trusted && isTold, reasons: [...reasons, ...unknown] } }
}

export const hasOpenModel = ({ scenario }: Plan) => scenario.groups.some(({ load }) => load.model === 'open')
