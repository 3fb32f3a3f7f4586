import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunReport } from '../src/core/report.ts'

/** Runs `mcsim` as a user does, as a process of its own with its servers beside it. */
export async function runMcsim(args: readonly string[]): Promise<RunReport> {
  const folder = await mkdtemp(join(tmpdir(), 'mcsim-bench-'))
  try {
    return await runMcsimInto(join(folder, 'run'), args)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The same, and leaves the run's folder. */
export async function runMcsimInto(dir: string, args: readonly string[]): Promise<RunReport> {
  const bin = new URL('../../bin/mcsim.js', import.meta.url).pathname
  const all = [bin, ...args, '--quiet', '--out', dir]
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'exit')
  return JSON.parse(await readFile(join(dir, 'report.json'), 'utf8')) as RunReport
}
