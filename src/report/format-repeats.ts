import type { RepeatedRun, RepeatReport } from '../core/repeat-report.ts'
import { escapeStrings } from './escape-controls.ts'
import { formatTable } from './format-table.ts'
import type { Paint } from './paint.ts'

/** How many reasons of one run are shown; all stand in its report. */
const shownReasons = 3

/** The summary of repeated runs, for people. Ends with a line break. */
export function formatRepeats(report: RepeatReport, paint: Paint): string {
  const { scenario, runs, green, red, inconclusive, inference } = escapeStrings(report, new Set())
  const rows = runs.map((run) => [
    colour(run, paint),
    run.folder,
    String(run.seed),
    String(run.findings),
    String(run.exitCode),
    run.reasons[0] ?? '',
  ])
  const told = runs.flatMap(({ folder, reasons }) =>
    reasons.slice(1, shownReasons).map((reason) => paint.dim(`${folder}: ${reason}`)),
  )
  const counts = `${green} green, ${red} red, ${inconclusive} inconclusive`
  const head = `${paint.strong(scenario)}: ${counts} of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`
  const table = formatTable(['verdict', 'folder', 'seed', 'findings', 'exit code', ''], rows, 'llrrrl')
  return `${[head, table, told.join('\n'), inference.sentence].filter((part) => part !== '').join('\n\n')}\n`
}

function colour({ verdict }: RepeatedRun, paint: Paint): string {
  return { pass: paint.good, fail: paint.bad, inconclusive: paint.doubtful }[verdict](verdict.toUpperCase())
}
