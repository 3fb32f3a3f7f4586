import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/mcsim.js', import.meta.url))

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface BinResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningBin {
  readonly child: ChildProcess
  readonly result: Promise<BinResult>
  /** A server says on the first line of stdout that it is ready. Rejects with its log where it ends without one. */
  readonly firstLine: Promise<string>
  /** Resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<void>
}

/** Starts the real program as a user does, on the build. It ends with this process at the latest. */
export function startBin(args: readonly string[], cwd: string): RunningBin {
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk
  })
  const result = once(child, 'close').then(([exitCode]) => {
    running.delete(child)
    return { exitCode: exitCode as number | null, ...output }
  })
  const firstLine = Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => String(line)),
    result.then(({ stderr }) => {
      throw new Error(`mcsim ${args.join(' ')} ended without a word:\n${stderr}`)
    }),
  ])
  // Not everybody waits for it.
  firstLine.catch(() => {})
  return {
    child,
    result,
    firstLine,
    async end(signal) {
      child.kill(signal)
      await result
    },
  }
}

export const runBin = (args: readonly string[], cwd: string): Promise<BinResult> => startBin(args, cwd).result
