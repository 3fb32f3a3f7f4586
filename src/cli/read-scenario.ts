import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { McsimError } from '../core/errors.ts'
import type { Scenario } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { parseRunFile } from '../engine/run-file.ts'
import { loadScenario } from '../scenario/load-scenario.ts'
import type { Io } from './io.ts'

/** What a run was made of: a scenario file has no run id, a `run.json` the one of its run. */
export interface Runnable {
  readonly scenario: Scenario
  readonly runId?: string
}

/** Reads and validates a scenario file. Throws an McsimError with all that is wrong with it. */
export async function readScenario(file: string, systems: readonly System[], io: Io): Promise<Scenario> {
  return loadScenario({ text: await readText(file, io), file, systems })
}

/** Reads a scenario file, or the `run.json` of a run that is to be run again. */
export async function readRunnable(file: string, systems: readonly System[], io: Io): Promise<Runnable> {
  const text = await readText(file, io)
  if (basename(file) !== 'run.json') return { scenario: loadScenario({ text, file, systems }) }
  const { scenario, runId } = parseRunFile(file, text)
  return { scenario, runId }
}

function readText(file: string, io: Io): Promise<string> {
  return readFile(resolve(io.cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new McsimError({
      code: 'unreadable-file',
      message: `${file} cannot be read: ${reasons[error.code ?? ''] ?? error.message}.`,
      hint: 'Name a scenario file, such as scenarios/gateway.yaml.',
    })
  })
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
}
