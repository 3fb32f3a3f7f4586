import type { RunReport } from '../core/report.ts'
import type { Scenario } from '../core/scenario.ts'
import { buildReport, type ReportOptions } from './build-report.ts'
import { inspectAfterRun } from './inspect-after-run.ts'
import { planRun } from './plan-run.ts'
import { followProgress, type RunProgress } from './progress.ts'
import { writeRunFile } from './run-file.ts'
import { runShards, type ShardsOptions } from './run-shards.ts'
import { type CreateProbe, runUnderPressure } from './run-under-pressure.ts'
import { shareWidely } from './share-widely.ts'
import { type LaunchTarget, startTargets } from './start-targets.ts'

export interface RunOptions extends ReportOptions, ShardsOptions {
  readonly runId: string
  readonly launchTarget: LaunchTarget
  readonly createProbe: CreateProbe
  /** Aborted: the run drains and reports. */
  readonly signal: AbortSignal
  onProgress(progress: RunProgress): void
}

/** One whole run: plan, servers, load, verdict. THE FILE TO READ FIRST. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunReport> {
  const startedAt = new Date()
  const plan = planRun(scenario, options.runId)
  const { mcsimVersion, runId } = options
  await writeRunFile(options.outDir, { mcsimVersion, runId, startedAt: startedAt.toISOString(), scenario })
  const targets = await startTargets(scenario, options.launchTarget)
  try {
    const before = await targets.inspect()
    const timeLimit = AbortSignal.timeout(scenario.maxDurationMs)
    const signal = shareWidely(AbortSignal.any([options.signal, timeLimit]))
    const onSnapshot = followProgress(plan, options.onProgress)
    const work = async () => {
      const results = await runShards(plan, targets.addresses, options, { signal, onSnapshot })
      return { results, stopped: describeStop(timeLimit, options.signal, scenario.maxDurationMs) }
    }
    const { result, pressure } = await runUnderPressure(scenario.pressure, targets.addresses, options.createProbe, work)
    const hygiene = await inspectAfterRun(plan, options.systems, targets, before)
    return await buildReport({ plan, startedAt, ...result, pressure, targets: targets.reports, hygiene }, options)
  } finally {
    await targets.stop()
  }
}

function describeStop(timeLimit: AbortSignal, user: AbortSignal, maxDurationMs: number): string | undefined {
  if (user.aborted) return 'the run was stopped before its plan was done'
  if (timeLimit.aborted)
    return `the run met its time limit (maxDuration) of ${maxDurationMs} ms before its plan was done`
  return undefined
}
