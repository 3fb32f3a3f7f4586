import { exitCodes } from '../core/exit-codes.ts'
import type { Io, Output, TerminalIo } from './io.ts'

/** The real world: this process's streams, environment and signals. Call it once. */
export function createProcessIo(): Io {
  const stderr = createOutput(process.stderr)
  const interruption = listenToSignals(stderr)
  return {
    stdout: createOutput(process.stdout),
    stderr,
    env: process.env,
    cwd: process.cwd(),
    commandLine: ['mcsim', ...process.argv.slice(2)].map(quoteForShell).join(' '),
    signal: interruption.signal,
    ...(process.stderr.isTTY && { terminal: createTerminal(interruption.interrupt) }),
    stdinClosed: abortOnStdinEnd,
    exitCode: 0,
  }
}

function createOutput(stream: NodeJS.WriteStream): Output {
  // `mcsim history … | head` closes the pipe early. That is the reader's right and no error.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  return {
    write(text) {
      if (!stream.writable || stream.write(text)) return Promise.resolve()
      return new Promise((resolve) => {
        const done = () => {
          stream.off('drain', done).off('close', done)
          resolve()
        }
        stream.on('drain', done).on('close', done)
      })
    },
    isTty: stream.isTTY ?? false,
    hasColour: wantsColour(stream),
    columns: stream.columns ?? 80,
  }
}

/** As POSIX shells read it: within single quotes everything stands for itself, but the single quote. */
function quoteForShell(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

/** https://no-color.org: any value but the empty one turns colours off. */
function wantsColour(stream: NodeJS.WriteStream): boolean {
  return Boolean(stream.isTTY) && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
}

/** The first signal asks the command to finish and report; the second ends the process. */
function listenToSignals(stderr: Output): { readonly signal: AbortSignal; interrupt(): void } {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.aborted)
    void stderr.write('Stopping: what has begun is finished first. Once more ends mcsim at once.\n')
    controller.abort()
  }
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt)
  return { signal: controller.signal, interrupt }
}

function createTerminal(interrupt: () => void): TerminalIo {
  return {
    input: process.stdin,
    output: process.stderr,
    interrupt,
    onExit(act) {
      process.on('exit', act)
      return () => void process.off('exit', act)
    },
  }
}

function abortOnStdinEnd(): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort()
  process.stdin.on('end', abort).on('close', abort).on('error', abort).resume()
  // Waiting for the end must not keep alive a process that has nothing else to do. A file has no unref.
  process.stdin.unref?.()
  return controller.signal
}
