import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { deriveRunKey } from '../../core/marker.ts'
import type { Plan } from '../../core/plan.ts'
import { planRun } from '../../engine/plan-run.ts'
import { type RunFile, readRunFile } from '../../engine/run-file.ts'
import type { KnownRun } from './scan-file.ts'

/** A run, its folder, and all that is needed to tell its clients' data. */
export interface FoundRun extends KnownRun {
  readonly runId: string
  readonly dir: string
  readonly plan: Plan
}

/** The run of a folder. */
export async function readRun(dir: string): Promise<FoundRun> {
  return describe(dir, await readRunFile(dir))
}

/** The latest run below `reports`; undefined where there is none. */
export async function findNewestRun(cwd: string): Promise<FoundRun | undefined> {
  const runs = await listRuns(cwd)
  const newest = runs.sort((a, b) => (a.run.startedAt < b.run.startedAt ? 1 : -1))[0]
  return newest && describe(newest.dir, newest.run)
}

/** Which runs below `reports` have these bits in their markers. */
export async function nameRuns(cwd: string): Promise<(field: number) => string[]> {
  const runs = await listRuns(cwd)
  return (field) => runs.map(({ run }) => run.runId).filter((runId) => deriveRunKey(runId).runField === field)
}

async function listRuns(cwd: string): Promise<{ dir: string; run: RunFile }[]> {
  const reports = resolve(cwd, 'reports')
  const names = await readdir(reports).catch(() => [])
  const read = names.map(async (name) => {
    const dir = join(reports, name)
    // What is no folder of a run is none that was meant.
    const run = await readRunFile(dir).catch(() => undefined)
    return run && { dir, run }
  })
  return (await Promise.all(read)).filter((one) => one !== undefined)
}

function describe(dir: string, { runId, scenario }: RunFile): FoundRun {
  const plan = planRun(scenario, runId)
  return { dir, runId, plan, key: deriveRunKey(runId), clients: plan.clients }
}
