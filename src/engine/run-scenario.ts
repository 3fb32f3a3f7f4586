import type { RunReport } from '../core/report.ts'
import type { Scenario } from '../core/scenario.ts'
import { buildReport } from './build-report.ts'
import { describeEnvironment } from './describe-environment.ts'
import { inspectAfterRun } from './inspect-after-run.ts'
import { planRun } from './plan-run.ts'
import { followProgress, type RunProgress } from './progress.ts'
import { type RunStart, writeRunFile } from './run-file.ts'
import { RunRequests } from './run-requests.ts'
import { countShards, runShards, type ShardsOptions } from './run-shards.ts'
import { watchStops } from './run-stops.ts'
import { type CreateProbe, runUnderPressure } from './run-under-pressure.ts'
import { type LaunchTarget, startTargets } from './start-targets.ts'

export interface RunOptions
  extends ShardsOptions,
    Pick<RunStart, 'runId' | 'strict' | 'incorrectAlone' | 'mcsimVersion' | 'replay'> {
  readonly launchTarget: LaunchTarget
  readonly createProbe: CreateProbe
  /** Aborted: the run drains and reports. */
  readonly signal: AbortSignal
  onProgress(progress: RunProgress): void
  /** What those who watch ask for while it runs. */
  readonly requests?: RunRequests
}

/** One whole run: plan, servers, load, verdict. THE FILE TO READ FIRST. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<RunReport> {
  const plan = planRun(scenario, options.runId)
  const start = await writeRunFile(options.outDir, describeStart(scenario, options))
  const targets = await startTargets(scenario, options.launchTarget)
  const { requests = new RunRequests() } = options
  const stops = watchStops(options.signal, scenario.maxDurationMs)
  try {
    const servers = { targets: targets.reports, told: await targets.inspect() }
    await writeRunFile(options.outDir, { ...start, servers })
    const onSnapshot = followProgress(plan, options.onProgress)
    const work = async () => {
      const results = await runShards(plan, targets.addresses, options, { ...stops, requests, onSnapshot })
      return { results, stopped: stops.describe() }
    }
    const { result, pressure } = await runUnderPressure(scenario.pressure, targets.addresses, options.createProbe, work)
    const told = await inspectAfterRun(plan, options.systems, targets, servers.told)
    const end = { told, pressure, ...(result.stopped !== undefined && { stopped: result.stopped }) }
    const run = await writeRunFile(options.outDir, { ...start, servers, end })
    return await buildReport({ run, plan, results: result.results }, options.systems)
  } finally {
    stops.forget()
    await targets.stop()
  }
}

function describeStart(scenario: Scenario, options: RunOptions): RunStart {
  const { mcsimVersion, runId, strict, incorrectAlone, replay } = options
  const environment = describeEnvironment(countShards(options))
  const judged = { strict, ...(incorrectAlone && { incorrectAlone }) }
  return { mcsimVersion, runId, startedAt: new Date().toISOString(), ...judged, replay, environment, scenario }
}
