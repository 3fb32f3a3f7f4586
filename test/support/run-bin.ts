import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/mcsim.js', import.meta.url))

export interface BinResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the real program as a user does, on the build. */
export function startBin(args: readonly string[], cwd: string): { child: ChildProcess; result: Promise<BinResult> } {
  const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk
  })
  return {
    child,
    result: once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, ...output })),
  }
}

export const runBin = (args: readonly string[], cwd: string): Promise<BinResult> => startBin(args, cwd).result
