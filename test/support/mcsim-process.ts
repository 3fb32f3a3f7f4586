import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/mcsim.js', import.meta.url))

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** The built command line in a process of its own, which ends with the process of the test at the latest. */
export interface McsimProcess {
  readonly child: ChildProcess
  /** The first line on stdout: a server says there that it is ready. Rejects with its log where it ends without one. */
  readonly firstLine: Promise<string>
  /** All that it wrote, once it has ended. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>
  /** Resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<void>
}

export function startMcsim(...args: readonly string[]): McsimProcess {
  const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const written = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    written.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    written.stderr += chunk
  })
  const ended = once(child, 'close').then(() => {
    running.delete(child)
    return { exitCode: child.exitCode, ...written }
  })
  const lines = createInterface({ input: child.stdout })
  const firstLine = Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    ended.then(({ stderr }) => {
      throw new Error(`mcsim ${args.join(' ')} ended without a word:\n${stderr}`)
    }),
  ])
  firstLine.catch(() => {})
  return {
    child,
    firstLine,
    ended,
    async end(signal) {
      child.kill(signal)
      await ended
    },
  }
}
