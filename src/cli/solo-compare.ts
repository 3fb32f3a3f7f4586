import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunReport } from '../core/report.ts'
import type { Scenario } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { planRun } from '../engine/plan-run.ts'
import { classifyViolations, listIncorrect } from '../engine/solo/classify-violations.ts'
import { concludeSolo, judgePhase, type RunPhase } from '../engine/solo/conclude-solo.ts'
import { describeAlone, planSolo, type SoloPhase } from '../engine/solo/plan-solo.ts'
import { prepareForTranscripts } from '../engine/solo/prepare-for-transcripts.ts'
import { formatJson } from '../report/format-json.ts'
import type { Io } from './io.ts'
import { KeptServers } from './kept-servers.ts'
import { restartTargets } from './restart-targets.ts'
import { createFreshFolder, fixChoices, type OneRun, runOnce } from './run-once.ts'

/**
 * Runs single clients of each group alone, and then all together, each time into a folder of its own below that of all,
 * and compares what they were told. A stop ends the run that is under way, and no further one begins.
 */
export async function soloCompare(
  scenario: Scenario,
  systems: readonly System[],
  restartCommand: string | undefined,
  all: OneRun,
  io: Io,
): Promise<RunReport> {
  const prepared = prepareForTranscripts(scenario, systems)
  const canRestart = (name: string) =>
    restartCommand !== undefined || scenario.targets.find((target) => target.name === name)?.url === undefined
  const plan = planSolo(planRun(prepared, all.runId), systems, canRestart)
  await createFreshFolder(all.outDir)
  const servers = new KeptServers()
  const replay = fixChoices(io.commandLine, scenario.seed, all.runId)
  const runs: RunPhase[] = []

  async function run(name: string, folder: string, phase?: SoloPhase): Promise<void> {
    const isFresh = phase === undefined ? prepared.groups.every(({ target }) => canRestart(target)) : phase.isFresh
    // In company the servers that can be started anew are.
    if (phase === undefined || isFresh) await servers.stopAll()
    if (isFresh && restartCommand !== undefined) await restartTargets(restartCommand, io)
    const incorrectAlone = listIncorrect(classifyViolations(runs.map(judgePhase), all.strict))
    const who = phase ? { ...prepared, only: [phase.client], pressure: [], floors: {} } : prepared
    const report = await runOnce(
      who,
      systems,
      {
        ...all,
        runId: `${all.runId}-${folder}`,
        outDir: join(all.outDir, folder),
        servers,
        incorrectAlone,
        replay,
      },
      io,
    )
    runs.push({ name, folder, isFresh, report, ...(phase && { phase }) })
    const place = `${runs.length} of ${plan.phases.length + 1}`
    if (!all.quiet) void io.stderr.write(`phase ${place}, ${name}: ${report.verdict}\n`)
  }

  try {
    for (const [i, phase] of plan.phases.entries()) {
      if (io.signal.aborted) break
      await run(describeAlone(plan.phases, i), `alone-${i + 1}`, phase)
    }
    if (!io.signal.aborted || runs.length === 0) await run('all together', 'company')
  } finally {
    await servers.stopAll()
  }
  const report = await concludeSolo(all.outDir, plan, runs, systems, all.strict)
  await writeFile(join(all.outDir, 'report.json'), formatJson(report))
  return report
}
