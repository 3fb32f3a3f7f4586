import { CommanderError } from 'commander'
import { McsimError } from '../core/errors.ts'
import { exitCodes } from '../core/exit-codes.ts'
import { type SystemEntry, systemEntries } from '../systems/index.ts'
import type { Io } from './io.ts'
import { createProcessIo } from './process-io.ts'
import { createProgram } from './program.ts'
import { renderError } from './render-error.ts'

/** The whole command line. `argv` is without node and script. Returns the exit code; never throws. */
export async function main(
  argv: readonly string[],
  io: Io,
  systems: readonly SystemEntry[] = systemEntries,
): Promise<number> {
  try {
    const program = await createProgram(argv, io, systems)
    await program.parseAsync(argv, { from: 'user' })
    return io.exitCode
  } catch (error) {
    // commander has told the user already; its own exit codes are 0 for help and version, else 1.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.pass : exitCodes.usage
    void io.stderr.write(renderError(error, io.stderr.hasColour))
    return error instanceof McsimError ? error.exitCode : exitCodes.bug
  }
}

/** Runs `main` in this process, whatever happens with an exit code that says it. */
export async function runProcess(): Promise<void> {
  const io = createProcessIo()
  // Node's own exit code for these is 1, which would claim that the target violated an invariant.
  process.on('uncaughtException', (error) => {
    process.stderr.write(renderError(error, io.stderr.hasColour))
    process.exit(exitCodes.bug)
  })
  process.exitCode = await main(process.argv.slice(2), io)
}
