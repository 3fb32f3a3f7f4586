import type { CommandIo } from '../core/system.ts'

/** The outside world as one record, so that the whole command line can be tested within one process. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The command line that runs the same again. */
  readonly commandLine: string
  /** Aborted by the first Ctrl-C or SIGTERM: finish what is begun and report. */
  readonly signal: AbortSignal
  /** Aborted when stdin closes. A process that another one started must not outlive it. */
  stdinClosed(): AbortSignal
  /** Absent where stderr is no terminal. */
  readonly terminal?: TerminalIo
  /** Set by the command that ran. */
  exitCode: number
}

/** The terminal behind stderr, for what takes it over as a whole. */
export interface TerminalIo {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
  /** What Ctrl-C does; a terminal that is read key by key sends no signal. */
  interrupt(): void
  /** `act` is called when the process exits, however it does; returns how to forget it. */
  onExit(act: () => void): () => void
}

export interface Output {
  /** Resolves when more may be written; to wait is only needed where much is. Never rejects: a reader that has gone wants nothing. */
  write(text: string): Promise<void>
  readonly isTty: boolean
  readonly hasColour: boolean
  readonly columns: number
}

/** What a system's command sees of the world. */
export function toCommandIo(io: Io): CommandIo {
  return {
    stdout: (text) => void io.stdout.write(text),
    stderr: (text) => void io.stderr.write(text),
    signal: io.signal,
  }
}
