import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonObject } from '../core/json.ts'
import type { RunReport } from '../core/report.ts'
import type { System } from '../core/system.ts'
import { scenarioFromDocument } from '../scenario/load-scenario.ts'
import type { Io, Output } from './io.ts'
import { createRunId } from './run-id.ts'
import { runOnce } from './run-once.ts'

/** One run of the self-test, as it can be posted to a thread. */
export interface TrialJob {
  readonly document: JsonObject
  readonly seed: number
  /** Made anew; scenario, report and history are left in it. */
  readonly folder: string
}

/** Runs a trial in this thread, its server as a process of its own. */
export async function runTrial({ document, seed, folder }: TrialJob, systems: readonly System[]): Promise<RunReport> {
  const file = join(folder, 'scenario.yaml')
  const io = createSilentIo(`mcsim run ${file} --strict --deep-scan always`)
  const scenario = { ...scenarioFromDocument(document, systems), seed }
  const one = { runId: createRunId(new Date()), outDir: folder, threads: 0, historyLimitBytes: undefined }
  const report = await runOnce(scenario, systems, { ...one, strict: true, deepScan: 'always', quiet: true }, io)
  // JSON is YAML, so that the run can be made again by itself.
  await writeFile(file, `${JSON.stringify({ ...document, seed }, null, 2)}\n`)
  return report
}

/** What becomes of a trial's server is seen by its clients, and stands in the report. A trial that has begun is done. */
function createSilentIo(commandLine: string): Io {
  const nowhere: Output = { write: async () => {}, isTty: false, hasColour: false, columns: 80 }
  const never = new AbortController().signal
  return {
    stdout: nowhere,
    stderr: nowhere,
    env: {},
    cwd: '.',
    commandLine,
    signal: never,
    stdinClosed: () => never,
    exitCode: 0,
  }
}
