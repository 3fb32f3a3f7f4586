import type { RepeatReport } from '../core/repeat-report.ts'
import type { RunReport } from '../core/report.ts'
import type { SelfTestReport } from '../core/self-test.ts'
import { escapeLines } from './escape-controls.ts'

/** Exactly one JSON document, with a line break at its end. */
export function formatJson(report: RunReport | RepeatReport | SelfTestReport): string {
  // Line breaks stand only between values: within strings JSON has escaped them already.
  return `${escapeLines(JSON.stringify(report, null, 2))}\n`
}
