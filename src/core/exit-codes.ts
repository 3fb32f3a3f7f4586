/** Exit codes of every command, as documented in `docs/results.md`. */
export const exitCodes = {
  pass: 0,
  violated: 1,
  usage: 2,
  threshold: 3,
  operationsFailed: 4,
  inconclusive: 5,
  bug: 70,
  aborted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const precedence: readonly ExitCode[] = [70, 130, 2, 1, 4, 3, 5]

/** The one exit code of a run to which several apply. */
export function chooseExitCode(applicable: readonly ExitCode[]): ExitCode {
  return precedence.find((code) => applicable.includes(code)) ?? exitCodes.pass
}
