import type { PressureReport } from '../core/report.ts'
import { formatDuration } from '../core/units.ts'
import { formatTable } from './format-table.ts'

/** What came of HTTP load, one row per address, then what went wrong. Empty where there was none. */
export function formatPressure(reports: readonly PressureReport[]): string {
  const rows = reports.map((report) => {
    const { method, url, connections, perSecond, answered, non2xx, lost, inFlight, latency } = report
    const counts = [connections, perSecond, answered, non2xx, lost, inFlight].map(String)
    const times = [latency.p50, latency.p90, latency.p99, latency.p999, latency.max]
    return [`${method} ${url}`, ...counts, ...times.map((ms) => (latency.n > 0 ? formatDuration(ms) : '–'))]
  })
  const counts = ['connections', 'per second', 'answered', 'not 2xx', 'lost', 'in flight']
  const table = formatTable(['HTTP load', ...counts, 'p50', 'p90', 'p99', 'p99.9', 'max'], rows, 'lrrrrrrrrrrr')
  const errors = reports.flatMap(({ url, errorCodes }) =>
    Object.entries(errorCodes).map(([code, count]) => `${url}: ${count} × ${code}`),
  )
  return [table, ...errors].join('\n')
}
