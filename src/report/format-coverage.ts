import { coverageMeasures } from '../core/coverage.ts'
import type { Coverage } from '../core/scenario.ts'
import { formatTable } from './format-table.ts'

/** Measures of which a part is counted, too: the part and its whole. */
const parts: Readonly<Record<string, string>> = {
  bytesDeepScanned: 'bytesScanned',
  decidableDeliveries: 'deliveries',
  answersSampled: 'answersCompared',
  answersCoinciding: 'answersSampled',
}

const order = Object.keys(coverageMeasures)

/** What was observed, in the order in which the measures are explained, with what share of the whole a part is. */
export function formatCoverage(coverage: Coverage): string {
  const rows = Object.entries(coverage)
    .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([measure, count]) => [toWords(measure), formatCount(count), formatShare(coverage, measure)])
  return formatTable(['what was observed', 'count', ''], rows, 'lrl')
}

/** `bytesScanned` reads "bytes scanned". */
const toWords = (measure: string) => measure.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const formatCount = (count: number) => Math.round(count).toLocaleString('en')

function formatShare(coverage: Coverage, measure: string): string {
  const whole = coverage[parts[measure] ?? '']
  if (!whole) return ''
  const percent = (100 * (coverage[measure] ?? 0)) / whole
  // Nothing but all of it is 100 %, and nothing but none of it is 0 %.
  const shown = Math.min(percent === 100 ? 100 : 99.9, Math.max(percent === 0 ? 0 : 0.1, percent))
  return `${Number(shown.toFixed(1))} %`
}
