import type { Io, Output } from '../../src/cli/io.ts'

export interface MemoryIo extends Io {
  /** All that was written so far. */
  readonly out: () => string
  readonly err: () => string
  /** What the first Ctrl-C does. */
  readonly interrupt: () => void
  readonly closeStdin: () => void
}

/** An outside world in memory: no terminal, no colours, nothing but what the test gives it. */
export function createMemoryIo(world: Partial<Pick<Io, 'cwd' | 'env' | 'commandLine'>> = {}): MemoryIo {
  const out: string[] = []
  const err: string[] = []
  const interrupted = new AbortController()
  const stdin = new AbortController()
  return {
    stdout: createMemoryOutput(out),
    stderr: createMemoryOutput(err),
    env: {},
    cwd: process.cwd(),
    commandLine: 'mcsim',
    ...world,
    signal: interrupted.signal,
    stdinClosed: () => stdin.signal,
    exitCode: 0,
    out: () => out.join(''),
    err: () => err.join(''),
    interrupt: () => interrupted.abort(),
    closeStdin: () => stdin.abort(),
  }
}

function createMemoryOutput(written: string[]): Output {
  return {
    async write(text) {
      written.push(text)
    },
    isTty: false,
    hasColour: false,
    columns: 80,
  }
}
