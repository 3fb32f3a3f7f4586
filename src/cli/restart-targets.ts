import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { McsimError } from '../core/errors.ts'
import type { Io } from './io.ts'

/** Starts foreign targets afresh. What the command prints goes to stderr: stdout is the report's. */
export async function restartTargets(command: string, io: Io): Promise<void> {
  const child = spawn(command, { shell: true, cwd: io.cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk: Buffer) => void io.stderr.write(chunk.toString()))
  }
  // Not 'close': a server that the command left running may hold its output open, and this process with it.
  const [code, signal] = await once(child, 'exit')
  child.stdout.destroy()
  child.stderr.destroy()
  if (code === 0) return
  throw new McsimError({
    code: 'restart-failed',
    message: `The restart command ended with ${signal ?? `exit code ${code}`}: ${command}`,
    hint: 'It must start the target afresh, and end with 0 when the target is ready.',
  })
}
