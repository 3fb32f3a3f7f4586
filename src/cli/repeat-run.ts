import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepeatedRun, RepeatReport } from '../core/repeat-report.ts'
import type { Scenario } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { deriveSeeds, mergeRepeats } from '../engine/merge-repeats.ts'
import { formatJson } from '../report/format-json.ts'
import type { Io } from './io.ts'
import { restartTargets } from './restart-targets.ts'
import { createFreshFolder, type OneRun, runOnce } from './run-once.ts'
import { mcsimVersion } from './version.ts'

export interface Repetition {
  readonly repeat: number
  /** The user says that foreign targets are started afresh for each run. */
  readonly freshTarget: boolean
  /** A command of the shell that starts foreign targets afresh, and ends when they are ready. */
  readonly restartCommand?: string
}

/**
 * Runs a scenario several times, each time with another seed and into a folder of its own below that of all. Reference
 * targets start afresh for each run by themselves. A stop ends the run that is under way, and no further one begins.
 */
export async function repeatRun(
  scenario: Scenario,
  systems: readonly System[],
  { repeat, freshTarget, restartCommand }: Repetition,
  all: OneRun,
  io: Io,
): Promise<RepeatReport> {
  await createFreshFolder(all.outDir)
  const runs: RepeatedRun[] = []
  for (const [i, seed] of deriveSeeds(scenario.seed, repeat).entries()) {
    if (io.signal.aborted) break
    const number = String(i + 1).padStart(3, '0')
    const folder = `run-${number}`
    if (restartCommand !== undefined) await restartTargets(restartCommand, io)
    const one = { ...all, runId: `${all.runId}-${number}`, outDir: join(all.outDir, folder) }
    const { runId, verdict, exitCode, findings, reasons } = await runOnce({ ...scenario, seed }, systems, one, io)
    runs.push({ runId, seed, folder, verdict, exitCode, findings: findings.length, reasons })
    if (!all.quiet) void io.stderr.write(`run ${i + 1} of ${repeat}, seed ${seed}: ${verdict}\n`)
  }
  const isFresh = freshTarget || restartCommand !== undefined
  const used = scenario.targets.filter(({ name }) => scenario.groups.some(({ target }) => target === name))
  const staleTargets = isFresh ? [] : used.filter(({ url }) => url !== undefined).map(({ name }) => name)
  const report = mergeRepeats({ mcsimVersion, scenario: scenario.name, asked: repeat, runs, staleTargets })
  await writeFile(join(all.outDir, 'repeat.json'), formatJson(report))
  return report
}
