import type { BenchReport } from '../core/report.ts'
import { formatDuration } from '../core/units.ts'
import { formatPressure } from './format-pressure.ts'

/** Above this share the load generator itself may have been the limit. */
const busyLimit = 0.9

/** What `mcsim bench` measured, for people. Ends with a line break. */
export function formatBench(report: BenchReport): string {
  const { durationMs, askedMs, answered, bytes, busyShare, non2xx, environment } = report
  const lines = [
    formatPressure([report]),
    '',
    `${answered} answers with ${bytes} bytes in ${formatDuration(durationMs)}; nothing but their status was checked.`,
  ]
  if (durationMs < askedMs) lines.push(`It was ended before the ${formatDuration(askedMs)} that were asked for.`)
  if (non2xx > 0) lines.push(`${non2xx} answers were no success: the figures say little about what the server can do.`)
  const busy = `The load generator was busy for ${Math.round(busyShare * 100)} % of the time`
  lines.push(busyShare > busyLimit ? `${busy}: the server may well be faster than this.` : `${busy}.`)
  lines.push(`Node ${environment.node}, ${environment.platform}, ${environment.cpus} CPUs`)
  return `${lines.join('\n')}\n`
}
