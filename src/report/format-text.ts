import type { Finding } from '../core/check.ts'
import type { GroupReport, InvariantReport, OperationReport, RunReport } from '../core/report.ts'
import { formatDuration } from '../core/units.ts'
import { escapeStrings } from './escape-controls.ts'
import { formatCoverage } from './format-coverage.ts'
import { formatFaults } from './format-faults.ts'
import { formatFinding, writtenAsJson } from './format-finding.ts'
import { formatPressure } from './format-pressure.ts'
import { formatSolo } from './format-solo.ts'
import { formatTable } from './format-table.ts'
import type { Paint } from './paint.ts'

/** How many findings are shown whole; the others are counted and stand in report.json. */
const shownFindings = 5

/** The final summary of a run, for people. Ends with a line break. */
export function formatText(run: RunReport, paint: Paint): string {
  // Servers have a say in many of its texts, and must not write to the reader's terminal.
  const report = escapeStrings(run, writtenAsJson)
  const blocks = [
    formatVerdict(report, paint),
    formatFindings(report.findings, paint),
    formatSolo(report.soloCompare, paint),
    formatSeen(report),
    formatInvariants(report.invariants, paint),
    formatGroups(report.groups),
    formatOperations(report.operations),
    formatFaults(report.faults),
    formatPressure(report.pressure),
    formatEnd(report, paint),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function formatVerdict(report: RunReport, paint: Paint): string {
  const colour = { pass: paint.good, fail: paint.bad, inconclusive: paint.doubtful }[report.verdict]
  const head = `${colour(report.verdict.toUpperCase())}  ${paint.strong(report.scenario)}  ${paint.dim(`run ${report.runId}, seed ${report.seed}, ${formatDuration(report.durationMs)}`)}`
  const timing = report.timing.trusted ? [] : [paint.doubtful('Timing is not to be trusted:'), ...report.timing.reasons]
  return [head, ...report.reasons, ...timing, ...report.warnings.map((line) => `Warning: ${line}`)].join('\n  ')
}

function formatFindings(findings: readonly Finding[], paint: Paint): string {
  const shown = findings.slice(0, shownFindings).map((finding, index) => formatFinding(finding, index + 1, paint))
  const rest = findings.length - shown.length
  if (rest > 0) shown.push(`… and ${rest} more findings in report.json.`)
  return shown.join('\n')
}

function formatSeen(report: RunReport): string {
  return [formatCoverage(report.coverage), ...report.notObserved.map((line) => `not observed: ${line}`)].join('\n')
}

/** One row per invariant, over all groups; report.json has them group by group. */
function formatInvariants(invariants: readonly InvariantReport[], paint: Paint): string {
  const names = [...new Set(invariants.map(({ name }) => name))]
  const rows = names.map((name) => {
    const alike = invariants.filter((invariant) => invariant.name === name)
    const sum = (of: 'examined' | 'undecidable' | 'violations') => alike.reduce((total, one) => total + one[of], 0)
    const sign = sum('violations') > 0 ? paint.bad('✗') : sum('examined') > 0 ? paint.good('✓') : paint.dim('–')
    const red = alike.filter(({ violations }) => violations > 0).map(({ group }) => group)
    const counts = [sum('examined'), sum('undecidable'), sum('violations')].map(String)
    return [sign, name, alike[0]?.kind ?? '', ...counts, red.join(', ')]
  })
  return formatTable(['', 'invariant', 'kind', 'examined', 'undecidable', 'violations', ''], rows, 'lllrrrl')
}

function formatGroups(groups: readonly GroupReport[]): string {
  const rows = groups.map(({ name, target, planned, finished, unfinished, dropped }) => [
    name,
    target,
    ...[planned, finished, unfinished, dropped].map(String),
  ])
  return formatTable(['group', 'target', 'planned', 'finished', 'unfinished', 'dropped'], rows, 'llrrrr')
}

/** Pooled over all clients, but for the last two: means of the median client and of the one that waited longest. */
const columns = ['service p50', 'p99', 'response p50', 'p99', 'max', 'median client', 'worst']

const formatTime = (ms: number | undefined) => (ms === undefined ? '–' : formatDuration(ms))

const nameSeries = ({ operation, underFault }: OperationReport) => `${operation}${underFault ? ' (under fault)' : ''}`

function formatOperations(operations: readonly OperationReport[]): string {
  const rows = operations.map((operation) => {
    const { group, sent, ok, failed, limited, indeterminate, inFlight, response, service } = operation
    const counts = [sent, ok, failed, limited, indeterminate, inFlight].map(String)
    const times = [service.p50, service.p99, response.p50, response.p99, response.max]
    const clientMeans = [operation.medianClientMs, operation.worstClientMs]
    const shown = service.n > 0 ? [...times, ...clientMeans] : []
    return [group, nameSeries(operation), ...counts, ...columns.map((_, i) => formatTime(shown[i]))]
  })
  const heads = ['group', 'operation', 'sent', 'ok', 'failed', 'limited', 'unsure', 'in flight']
  const codes = operations.flatMap((operation) =>
    Object.entries(operation.errorCodes).map(
      ([code, count]) => `${operation.group} ${nameSeries(operation)}: ${count} × ${code}`,
    ),
  )
  return [formatTable([...heads, ...columns], rows, `ll${'r'.repeat(13)}`), ...codes].join('\n')
}

function formatEnd(report: RunReport, paint: Paint): string {
  const broken = report.accounting.filter(({ holds }) => !holds)
  const accounting =
    broken.length === 0
      ? `Accounting holds: ${report.accounting.map(formatAccounting).join('; ')}`
      : paint.bad(`Accounting is broken (a bug of mcsim): ${broken.map(formatAccounting).join('; ')}`)
  const { cpuShare, loopDelayP99Ms, latenessP99Ms, peakRssBytes } = report.health
  const health = `Generator: ${Math.round(cpuShare * 100)} % of a core, loop delay p99 ${formatDuration(loopDelayP99Ms)}, arrivals late p99 ${formatDuration(latenessP99Ms)}, ${Math.round(peakRssBytes / 2 ** 20)} MB peak`
  return [
    accounting,
    health,
    ...report.bugs.map((bug) => paint.bad(`Bug in mcsim: ${bug}`)),
    `Again: ${report.replay}`,
  ].join('\n')
}

function formatAccounting({ subject, total, parts }: RunReport['accounting'][number]): string {
  const sum = Object.entries(parts).map(([name, count]) => `${count} ${name}`)
  return `${subject} ${total} = ${sum.join(' + ')}`
}
