import type { RunReport } from '../core/report.ts'

/** Exactly one JSON document, with a line break at its end. */
export function formatJson(report: RunReport): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
