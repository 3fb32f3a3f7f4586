import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { McsimError } from '../core/errors.ts'

import type { EnvironmentReport, PressureReport, TargetReport } from '../core/report.ts'
import type { Scenario } from '../core/scenario.ts'
import type { ServersTold } from './judge-servers.ts'

const runFileSchema = 'mcsim-run/3'

/**
 * What was run, and what is known of it beside the events of its clients: with the history files beside it, all that a
 * run is judged by. What comes later is absent in the folder of a run that was killed before.
 */
export interface RunFile {
  readonly schema: typeof runFileSchema
  readonly mcsimVersion: string
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly strict: boolean
  /** Invariants that a client alone was seen to violate, so that to violate them is no leak; absent where none ran alone. */
  readonly incorrectAlone?: readonly string[]
  /** The command line that runs the same again. */
  readonly replay: string
  readonly environment: EnvironmentReport
  readonly scenario: Scenario
  readonly servers?: ServersAtStart
  readonly end?: RunEnd
}

/** The servers of a run as they were when the first client came. */
export interface ServersAtStart {
  readonly targets: readonly TargetReport[]
  readonly told: ServersTold
}

/** What is known when all clients have left. */
export interface RunEnd {
  readonly told: ServersTold
  readonly pressure: readonly PressureReport[]
  /** Why the run was stopped before its plan was done; absent where it was not. */
  readonly stopped?: string
}

export type RunStart = Omit<RunFile, 'schema' | 'servers' | 'end'>

/** Written before anything is started, so that even a run that was killed says what it was, and again when more is known. */
export async function writeRunFile(dir: string, run: Omit<RunFile, 'schema'>): Promise<RunFile> {
  const file: RunFile = { schema: runFileSchema, ...run }
  // Whoever is killed while it writes leaves the file as it was.
  const unfinished = join(dir, 'run.json.new')
  await writeFile(unfinished, `${JSON.stringify(file, null, 2)}\n`)
  await rename(unfinished, join(dir, 'run.json'))
  return file
}

export async function readRunFile(dir: string): Promise<RunFile> {
  const path = join(dir, 'run.json')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new McsimError({
      code: 'not-a-run',
      message: `${path} cannot be read, so ${dir} is not the folder of a run.`,
      hint: 'Name a folder such as reports/<run-id>.',
    })
  })
  return parseRunFile(path, text)
}

export function parseRunFile(path: string, text: string): RunFile {
  const run = parseObject(text)
  if (run.schema === runFileSchema) return run as unknown as RunFile
  const isOfOther = String(run.schema).startsWith('mcsim-run/')
  throw new McsimError({
    code: isOfOther ? 'run-version' : 'not-a-run',
    message: `${path} ${isOfOther ? `has the format ${run.schema}` : 'is not what a run writes'}; this mcsim reads ${runFileSchema}.`,
    hint: isOfOther
      ? `Read it with the version of mcsim that wrote it: ${run.mcsimVersion}.`
      : 'Name a folder such as reports/<run-id>.',
  })
}

function parseObject(text: string): Partial<Record<keyof RunFile, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}

/** The history of one thread in the run's folder. */
export const historyFileName = (thread: number) => `history-${thread}.bin`
