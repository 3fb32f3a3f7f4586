import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Problem } from './system.ts'

/**
 * A problem of a file with the place where it stands. Lines and columns count from 1; both are 0 where the document is
 * no file, so that only its path tells the place.
 */
export interface LocatedProblem extends Problem {
  readonly file: string
  readonly line: number
  readonly column: number
  /** The line of the file, without its end. */
  readonly excerpt: string
  /** How many characters from `column` are meant. */
  readonly length: number
}

export interface McsimErrorDetails {
  /** kebab-case, stable, for machines. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly hint?: string
  readonly exitCode?: ExitCode
  readonly problems?: readonly LocatedProblem[]
}

/**
 * What the user did or must mend. What a target did is data (`Outcome`), never one of these; anything else that is
 * thrown is a bug of mcsim.
 */
export class McsimError extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly exitCode: ExitCode
  readonly problems: readonly LocatedProblem[]

  constructor(details: McsimErrorDetails) {
    super(details.message)
    this.name = 'McsimError'
    this.code = details.code
    this.hint = details.hint
    this.exitCode = details.exitCode ?? exitCodes.usage
    this.problems = details.problems ?? []
  }
}

/** What is told of a bug: the stack where there is one, for anything may be thrown. */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
