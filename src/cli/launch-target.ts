import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { McsimError } from '../core/errors.ts'
import type { TargetDeclaration } from '../core/scenario.ts'
import type { RunningTarget, TargetAddress } from '../core/system.ts'

const binPath = fileURLToPath(new URL('../../bin/mcsim.js', import.meta.url))
const readyLimitMs = 30_000
const stopLimitMs = 10_000

export interface LaunchOptions {
  readonly seed: number
  /** Where the child's log lines go. */
  readonly logFile: string
  /** Called when the child ends without having been asked to. */
  onUnexpectedExit(message: string): void
}

/**
 * Starts a reference server as a child process on a free port, so that it does not share the generator's event loop.
 * The child ends when its stdin closes, so that nothing is orphaned even when this process is killed.
 */
export async function launchTarget(target: TargetDeclaration, options: LaunchOptions): Promise<RunningTarget> {
  const args = [binPath, 'serve', target.system, '--port', '0', '--status-port', '0', '--exit-with-stdin']
  args.push('--settings', JSON.stringify(target.settings), '--seed', String(options.seed))
  if (target.defects.length > 0)
    args.push('--defect', target.defects.join(','), '--defect-rate', String(target.defectRate))
  // In a process group of its own: a Ctrl-C in the terminal is for this process, which drains before it stops the server.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  child.stdin.on('error', () => {}) // The child may be gone before it is told to go.
  const lastErrors = keepLastLines(child, options.logFile)
  const exited = once(child, 'exit').then(([code, signal]) => String(signal ?? `exit code ${code}`))

  const ready = await Promise.race([readReadyLine(child), exited])
  if (typeof ready === 'string') throw createStartError(target, ready, lastErrors)
  let stopping = false
  void exited.then((how) => {
    if (!stopping) options.onUnexpectedExit(`The reference server "${target.name}" ended during the run (${how}).`)
  })
  return {
    ...ready,
    async stop() {
      stopping = true
      child.stdin.end()
      const killer = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await exited
      clearTimeout(killer)
    },
  }
}

/** Copies the child's stderr to its log file and keeps its last lines for an error message. */
function keepLastLines(child: ChildProcess, logFile: string): readonly string[] {
  const last: string[] = []
  const stderr = child.stderr as NodeJS.ReadableStream
  stderr.pipe(createWriteStream(logFile))
  createInterface({ input: stderr }).on('line', (line) => {
    last.push(line)
    if (last.length > 20) last.shift()
  })
  return last
}

/** Never settles when the child ends without a line. */
function readReadyLine(child: ChildProcess): Promise<TargetAddress> {
  const limit = setTimeout(() => child.kill('SIGKILL'), readyLimitMs)
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    lines.once('line', (line) => {
      clearTimeout(limit)
      try {
        resolve(JSON.parse(line) as TargetAddress)
      } catch {
        reject(new Error(`The ready line of a reference server is not JSON: ${line}`))
      }
    })
    child.once('exit', () => clearTimeout(limit))
  })
}

function createStartError(target: TargetDeclaration, how: string, lastErrors: readonly string[]): McsimError {
  return new McsimError({
    code: 'target-did-not-start',
    message: `The reference server "${target.name}" (${target.system}) ended before it was ready (${how}).`,
    hint: lastErrors.length > 0 ? `It said:\n${lastErrors.join('\n')}` : 'It printed nothing.',
  })
}
