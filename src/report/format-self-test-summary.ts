import type { SelfTestReport, TrialRow } from '../core/self-test.ts'
import { formatDuration } from '../core/units.ts'
import { formatBound } from './format-self-test.ts'

const columns = [
  'system',
  'defects',
  'found',
  'only allowed',
  'blame right',
  'found after',
  'clean runs',
  'false alarms',
]

/** One line for each system, as Markdown for a README. Ends with a line break. */
export function formatSelfTestSummary(report: SelfTestReport): string {
  const { rates, rows, trials } = report
  const systems = [...new Set(rows.map(({ system }) => system))]
  const lines = systems.map((system) => summarizeSystem(system, report))
  const table = [columns, columns.map((_, index) => (index === 0 ? '---' : '---:')), ...lines]
  const clean = trials.filter(({ kind }) => kind === 'clean').length
  return `${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

${trials.length - clean} runs with a planted defect, ${clean} without. With 95 % confidence each: defects found ${formatBound(rates.detection, 'low')}, blame
right ${formatBound(rates.blame, 'low')}, false alarms ${formatBound(rates.falseAlarms, 'high')}.
`
}

function summarizeSystem(name: string, { rows, trials }: SelfTestReport): string[] {
  const planted = rows.filter(({ system, kind }) => system === name && kind !== 'clean')
  const clean = trials.filter(({ system, kind }) => system === name && kind === 'clean')
  const sum = (of: (row: TrialRow) => number) => planted.reduce((total, row) => total + of(row), 0)
  const runs = sum(({ seeds }) => seeds)
  const times = planted.flatMap(({ medianFirstMs }) => medianFirstMs ?? []).sort((a, b) => a - b)
  const median = times[(times.length - 1) >>> 1]
  return [
    `\`${name}\``,
    String(planted.length),
    `${sum(({ found }) => found.hits)} of ${runs}`,
    `${sum(({ onlyAllowed }) => onlyAllowed)} of ${runs}`,
    `${sum(({ blamed }) => blamed?.hits ?? 0)} of ${sum(({ blamed }) => blamed?.of ?? 0)}`,
    median === undefined ? '–' : formatDuration(median),
    String(clean.length),
    String(clean.filter(({ verdict }) => verdict === 'fail').length),
  ]
}
