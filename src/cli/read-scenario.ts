import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { McsimError } from '../core/errors.ts'
import type { Scenario } from '../core/scenario.ts'
import type { System } from '../core/system.ts'
import { loadScenario } from '../scenario/load-scenario.ts'
import type { Io } from './io.ts'

/** Reads and validates a scenario file. Throws an McsimError with all that is wrong with it. */
export async function readScenario(file: string, systems: readonly System[], io: Io): Promise<Scenario> {
  const text = await readFile(resolve(io.cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new McsimError({
      code: 'unreadable-file',
      message: `${file} cannot be read: ${reasons[error.code ?? ''] ?? error.message}.`,
      hint: 'Name a scenario file, such as scenarios/gateway.yaml.',
    })
  })
  return loadScenario({ text, file, systems })
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
}
