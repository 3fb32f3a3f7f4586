import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DeepScanMode } from '../check/deep-scan/deep-budget.ts'
import { McsimError } from '../core/errors.ts'
import type { RunReport } from '../core/report.ts'
import type { Scenario } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { runScenario } from '../engine/run-scenario.ts'
import type { LaunchTarget } from '../engine/start-targets.ts'
import { formatJson } from '../report/format-json.ts'
import { createProbe } from './create-probe.ts'
import { followRun } from './follow-run.ts'
import type { Io } from './io.ts'
import type { KeptServers } from './kept-servers.ts'
import { launchTarget } from './launch-target.ts'
import { mcsimVersion } from './version.ts'

export interface OneRun {
  readonly runId: string
  readonly outDir: string
  readonly threads: number
  /** Absent: as much history as comes. */
  readonly historyLimitBytes: number | undefined
  readonly strict: boolean
  readonly deepScan: DeepScanMode | undefined
  readonly quiet: boolean
  /** Whether it may be shown on a terminal; absent: not. */
  readonly dashboard?: boolean | undefined
  /** See `RunStart`. */
  readonly incorrectAlone?: readonly string[]
  /** The command line that runs the same again; absent: this one, as far as it concerns this run. */
  readonly replay?: string
  /** Servers that outlive the run; absent: each run has servers of its own. */
  readonly servers?: KeptServers
}

/** Runs a scenario once into a fresh folder, with its report in it as JSON. */
export async function runOnce(
  scenario: Scenario,
  systems: readonly System[],
  { quiet, dashboard = false, servers, ...one }: OneRun,
  io: Io,
): Promise<RunReport> {
  const { runId, outDir } = one
  const { seed } = scenario
  await createFreshFolder(outDir)
  const follower = await followRun(scenario, { runId, strict: one.strict, quiet, dashboard }, io)
  const launch: LaunchTarget = (target) =>
    launchTarget(target, {
      seed,
      logFile: join(outDir, `target-${target.name}.log`),
      onUnexpectedExit: (message) => follower.warn(`warning: ${message}`),
    })
  const report = await runScenario(scenario, {
    ...one,
    systems,
    launchTarget: servers ? (target) => servers.launch(target, launch) : launch,
    createProbe,
    workerEntry: new URL('./worker.js', import.meta.url),
    signal: io.signal,
    mcsimVersion,
    replay: one.replay ?? describeReplay(io.commandLine, seed, runId),
    onProgress: follower.onProgress,
    requests: follower.requests,
  }).finally(follower.close)
  await writeFile(join(outDir, 'report.json'), formatJson(report))
  return report
}

/** The command line again, with all that was random fixed, into a folder of its own; of several runs only this one. */
function describeReplay(commandLine: string, seed: number, runId: string): string {
  const one = commandLine
    .replace(/ --(?:repeat|restart-command)(?:=| )(?:'[^']*'|\S+)/g, '')
    .replace(/ --fresh-target\b/g, '')
  return fixChoices(one, seed, runId)
}

/** The command line again, with all that was random fixed, into a folder of its own. */
export function fixChoices(commandLine: string, seed: number, runId: string): string {
  const rest = commandLine.replace(/ --(?:seed|run-id|out)(?:=| )(?:'[^']*'|\S+)/g, '')
  return `${rest} --seed ${seed} --run-id ${runId} --out reports/${runId}-again`
}

/** A run never mixes its files with those of another. */
export async function createFreshFolder(dir: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true })
  await mkdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
    throw new McsimError({
      code: 'folder-exists',
      message: `The folder ${dir} exists already, and a run writes into a new one.`,
      hint: 'Name another folder with --out, or remove this one.',
    })
  })
}
