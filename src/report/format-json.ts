import type { RepeatReport } from '../core/repeat-report.ts'
import type { RunReport } from '../core/report.ts'

/** Exactly one JSON document, with a line break at its end. */
export function formatJson(report: RunReport | RepeatReport): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
