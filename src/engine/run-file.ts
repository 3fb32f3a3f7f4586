import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { McsimError } from '../core/errors.ts'
import type { Scenario } from '../core/scenario.ts'

const runFileSchema = 'mcsim-run/1'

/** What was run: with the history beside it, all that a run can be judged from again. */
export interface RunFile {
  readonly schema: typeof runFileSchema
  readonly mcsimVersion: string
  readonly runId: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly scenario: Scenario
}

/** Written before anything is started, so that even a run that was killed says what it was. */
export async function writeRunFile(dir: string, run: Omit<RunFile, 'schema'>): Promise<void> {
  await writeFile(join(dir, 'run.json'), `${JSON.stringify({ schema: runFileSchema, ...run }, null, 2)}\n`)
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
  return JSON.parse(text) as RunFile
}
