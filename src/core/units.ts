const durationFactors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Timers of Node take no more: a longer one fires at once. */
const longestMs = 2 ** 31 - 1

/** For the schemas of systems: `z.string(durationExpected).refine(isDuration, durationExpected)`. */
export const durationExpected = 'expected a duration such as 250ms, 30s, 5m or 1.5h, at most 596h'

export function isDuration(text: string): boolean {
  return parseDuration(text) !== undefined
}

/**
 * Milliseconds of a duration such as `250ms`, `30s`, `5m`, `1.5h`. Undefined where the text is none, or longer than a
 * timer can wait.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (!match) return undefined
  const ms = Number(match[1]) * (durationFactors[match[2] as string] as number)
  return ms <= longestMs ? ms : undefined
}

/** `1.24 s`, `340 ms`, `2 m 5 s`: for people. */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
}
