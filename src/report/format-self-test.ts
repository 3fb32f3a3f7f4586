import type { BoundedShare, SelfTestReport, TrialRow } from '../core/self-test.ts'
import { formatDuration } from '../core/units.ts'
import { escapeStrings } from './escape-controls.ts'
import { formatTable } from './format-table.ts'
import type { Paint } from './paint.ts'

/** What the self-test found, for people. Ends with a line break. */
export function formatSelfTest(tested: SelfTestReport, paint: Paint): string {
  const report = escapeStrings(tested, new Set())
  const blocks = [
    formatHead(report, paint),
    formatRows(report.rows, paint),
    formatRates(report),
    report.problems.map((problem) => paint.bad(`✗ ${problem}`)).join('\n'),
  ]
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`
}

function formatHead({ exitCode, rows, trials, durationMs }: SelfTestReport, paint: Paint): string {
  const verdict =
    exitCode === 0 ? paint.good('PASS') : exitCode === 5 ? paint.doubtful('INCONCLUSIVE') : paint.bad('FAIL')
  const systems = new Set(rows.map(({ system }) => system)).size
  const counts = (['defect', 'pair', 'rate', 'clean'] as const).flatMap((kind) => {
    const count = rows.filter((row) => row.kind === kind).length
    return count === 0 ? [] : [`${count} ${count === 1 ? nouns[kind][0] : nouns[kind][1]}`]
  })
  const tried = [`${systems} ${systems === 1 ? 'system' : 'systems'}`, ...counts, `${trials.length} runs`]
  return `${verdict}  ${paint.strong('self-test')}  ${tried.join(', ')}, ${formatDuration(durationMs)}`
}

const nouns = {
  defect: ['defect', 'defects'],
  pair: ['pair of defects', 'pairs of defects'],
  rate: ['rate of a defect', 'rates of defects'],
  clean: ['load on a clean server', 'loads on clean servers'],
} as const

const heads = ['', 'system', 'planted', 'found', 'at least', 'only allowed', 'blame right', 'found after', 'at worst']

function formatRows(rows: readonly TrialRow[], paint: Paint): string {
  const lines = rows.map((row) => {
    const { kind, system, title, rate, seeds, found, onlyAllowed, blamed, medianFirstMs, worstFirstMs } = row
    const isWell = (kind === 'rate' || kind === 'clean' || found.hits === seeds) && onlyAllowed === seeds
    const sign = isWell && (!blamed || blamed.hits === blamed.of) ? paint.good('✓') : paint.bad('✗')
    const planted =
      kind === 'clean' ? `nothing (${title})` : kind === 'rate' ? `${title} in ${formatShare(rate)}` : title
    const detection = kind === 'clean' ? ['–', '–'] : [`${found.hits}/${found.of}`, formatShare(found.low)]
    const blame = blamed ? `${blamed.hits}/${blamed.of}` : '–'
    const times = [medianFirstMs, worstFirstMs].map((ms) => (ms === undefined ? '–' : formatDuration(ms)))
    return [sign, system, planted, ...detection, `${onlyAllowed}/${seeds}`, blame, ...times]
  })
  return formatTable(heads, lines, 'lllrrrrrr')
}

/** The rates that there are, each with the bound that matters: good ones from below, bad ones from above. */
function formatRates({ rates }: SelfTestReport): string {
  const lines: readonly [string, BoundedShare, 'low' | 'high'][] = [
    ['defects found', rates.detection, 'low'],
    ['blame right', rates.blame, 'low'],
    ['red that must not be', rates.notAllowed, 'high'],
    ['false alarms on clean servers', rates.falseAlarms, 'high'],
  ]
  const rows = lines
    .filter(([, { of }]) => of > 0)
    .map(([what, share, bound]) => [what, `${share.hits} of ${share.of}`, formatBound(share, bound)])
  return formatTable(['rate', 'runs', 'with 95 % confidence'], rows, 'lrl')
}

export function formatBound(share: BoundedShare, bound: 'low' | 'high'): string {
  return `${bound === 'low' ? 'at least' : 'at most'} ${formatShare(share[bound])}`
}

/** `0.3 %`, `97 %` */
export function formatShare(share: number): string {
  const percent = share * 100
  const digits = percent > 0 && percent < 1 ? 2 : percent % 1 === 0 ? 0 : 1
  return `${percent.toFixed(digits)} %`
}
