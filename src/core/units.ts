const durationFactors: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** What `parseDuration` accepts, for the schemas of systems: `z.string(durationExpected).regex(durationPattern, durationExpected)`. */
export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/
export const durationExpected = 'expected a duration such as 250ms, 30s, 5m or 1.5h'

/** Milliseconds of a duration such as `250ms`, `30s`, `5m`, `1.5h`, or undefined where the text is none. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text)
  if (!match) return undefined
  return Number(match[1]) * (durationFactors[match[2] as string] as number)
}

/** `1.24 s`, `340 ms`, `2 m 5 s`: for people. */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${Math.round(ms * 1000)} µs`
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} m ${seconds % 60} s`
}
