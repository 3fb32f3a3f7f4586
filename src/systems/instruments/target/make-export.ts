import type { ExportSection, ExportTable } from '../wire/export-csv.ts'
import type { FileResult, SessionState } from './session-state.ts'
import { type Electrode, figuresOf, traceTrend } from './trends.ts'

const titles = { swv: 'SWV Analysis Export', cv: 'CV Analysis Export', 'frequency-map': 'Frequency Map Export' }

/** Undefined where the session has no files of its kind. */
export function makeExport(session: SessionState, electrode?: number): ExportTable | undefined {
  const results = session.results.filter(({ mode }) => mode === session.mode)
  if (results.length === 0) return undefined
  const sections =
    session.mode === 'swv'
      ? exportSwv(session, results)
      : session.mode === 'cv'
        ? [exportCv(results)]
        : exportFrequencyMap(results, electrode)
  return { title: titles[session.mode], sections }
}

function exportSwv(session: SessionState, results: readonly FileResult[]): ExportSection[] {
  const frequencies = [...new Set(results.map(({ frequency }) => frequency))].sort((a, b) => a - b)
  const trend = traceTrend(session, null)
  const peaks = frequencies.map((frequency) => {
    const ofFrequency = results.filter((result) => result.frequency === frequency)
    return exportPeaks(`Peak Current ${frequency}Hz (A)`, ofFrequency)
  })
  const normalized = frequencies.map((frequency) =>
    pairUp(`Normalized Peak ${frequency}Hz`, ['File_Number', 'Normalized_Peak'], trend.numbers, [
      trend.normalized[String(frequency)] ?? [],
    ]),
  )
  const kdm = frequencies.length > 1 ? [pairUp('KDM', ['File_Number', 'KDM'], trend.numbers, [trend.kdm])] : []
  return [...peaks, ...normalized, ...kdm, summarize(results)]
}

/** A row for each file number: every electrode's peak, their mean, and their standard deviation. */
function exportPeaks(name: string, results: readonly FileResult[]): ExportSection {
  const electrodes = results[0]?.electrodes.length ?? 0
  const columns = Array.from({ length: electrodes }, (_, i) => `E${i + 1}_Peak_A`)
  const rows = results.map(({ number, electrodes: figures }) => {
    const peaks = figures.map(({ peak }) => peak)
    return [number, ...peaks, mean(peaks), deviation(peaks)]
  })
  return { name, columns: ['File_Number', ...columns, 'Mean_Peak_A', 'Std_Peak_A'], rows }
}

function pairUp(
  name: string,
  columns: readonly string[],
  numbers: readonly number[],
  lists: readonly (readonly (number | null)[])[],
): ExportSection {
  const rows = numbers.map((number, i) => [number, ...lists.map((list) => list[i] ?? '')])
  return { name, columns, rows }
}

function exportCv(results: readonly FileResult[]): ExportSection {
  const columns = ['File_Number', 'Anodic_Peak_A', 'Cathodic_Peak_A', 'Peak_Separation_V']
  const rows = results.map(({ number, mean: { anodic, cathodic, separation } }) => [
    number,
    anodic,
    cathodic,
    separation,
  ])
  return { name: 'CV Peaks', columns, rows }
}

function exportFrequencyMap(results: readonly FileResult[], electrode?: number): ExportSection[] {
  const count = results[0]?.electrodes.length ?? 0
  const chosen: readonly Electrode[] = electrode === undefined ? [...Array(count).keys()] : [electrode]
  return chosen.map((one) => ({
    name: `Frequency Map E${(one ?? 0) + 1}`,
    columns: ['Frequency_Hz', 'Peak_A', 'Charge_C'],
    rows: results.map((result) => {
      const { peak } = figuresOf(result, one)
      return [result.frequency, peak, peak / result.frequency]
    }),
  }))
}

function summarize(results: readonly FileResult[]): ExportSection {
  const numbers = results.map(({ number }) => number)
  return { name: 'Summary', columns: ['Files', 'Last_File_Number'], rows: [[results.length, Math.max(...numbers)]] }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function deviation(values: readonly number[]): number {
  const middle = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)))
}
