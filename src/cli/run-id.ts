import { randomBytes } from 'node:crypto'

/** A new run id: sorts by time, differs between runs of the same second. `20261121-031500-a1b2c3`. */
export function createRunId(now: Date): string {
  const [date, time] = now.toISOString().split('T') as [string, string]
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(3).toString('hex')}`
}
