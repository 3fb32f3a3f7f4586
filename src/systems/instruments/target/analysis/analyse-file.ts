import { type AnalysisParams, peakOptions } from '../../wire/analysis-params.ts'
import { type DataColumns, parseDataFile } from '../../wire/data-file.ts'
import type { MeasurementMode } from '../../wire/file-name.ts'
import type { Curves } from '../../wire/updates.ts'
import { analyseSweeps, type SweepPeaks } from './analyse-sweeps.ts'
import { smooth, subtractBaseline } from './smooth.ts'

/** What an analysis finds in one electrode's current: one peak, or the two of a cyclic voltammogram. */
export interface Figures extends SweepPeaks {
  /** Height in amperes, or area in ampere-volts. */
  readonly peak: number
}

export interface AnalysedFile {
  readonly electrodes: readonly Figures[]
  /** Of the mean of all electrodes. */
  readonly mean: Figures
  /** By electrode, then those of the mean. */
  readonly curves: readonly Curves[]
}

export interface AnalysisTask {
  readonly content: string
  readonly params: AnalysisParams
  readonly mode: MeasurementMode
  /** Hertz; tells which range of potentials the peak is looked for in. */
  readonly frequency: number
}

export type AnalysisResult = AnalysedFile | { readonly problem: string }

/** Pure and heavy: it runs in a thread of its own. */
export function analyseFile(task: AnalysisTask): AnalysisResult {
  const data = parseDataFile(task.content, task.params)
  if ('problem' in data) return data
  if (data.potentials.length < task.params.windowPoints) return { problem: 'the file has too few points to smooth' }
  const { potentials, currents } = data
  const analysed = [...currents, meanOf(data)].map((current) => analyseCurrent(task, potentials, current))
  const figures = analysed.map((one) => one.figures)
  return {
    electrodes: figures.slice(0, -1),
    mean: figures.at(-1) as Figures,
    curves: analysed.map((one) => one.curves),
  }
}

function analyseCurrent(task: AnalysisTask, potentials: readonly number[], current: readonly number[]) {
  if (task.mode === 'cv') {
    const { smoothed, peaks } = analyseSweeps(potentials, current, task.params)
    const figures: Figures = { peak: peaks.anodic, ...peaks }
    return { figures, curves: { potentials, raw: current, smoothed } }
  }
  const smoothed = smooth(current, task.params)
  const figures: Figures = { peak: findPeak(task, potentials, smoothed), anodic: 0, cathodic: 0, separation: 0 }
  return { figures, curves: { potentials, raw: current, smoothed } }
}

/** Of what stands above the baseline within the range for this frequency. */
function findPeak(
  { params, frequency }: AnalysisTask,
  potentials: readonly number[],
  smoothed: readonly number[],
): number {
  const { frequencies, lowStart, lowEnd, highStart, highEnd } = params
  const middle = (Math.min(...frequencies) + Math.max(...frequencies)) / 2
  const isLow = frequencies.length === 0 || frequency <= middle
  const [start, end] = isLow ? [lowStart, lowEnd] : [highStart, highEnd]
  const margin = 1e-9
  const inside = potentials.flatMap((potential, i) =>
    potential >= Math.min(start, end) - margin && potential <= Math.max(start, end) + margin ? [i] : [],
  )
  const x = inside.map((i) => potentials[i] as number)
  const y = subtractBaseline(
    x,
    inside.map((i) => smoothed[i] as number),
  )
  return params.peakOption === peakOptions[1] ? areaUnder(x, y) : Math.max(0, ...y)
}

function areaUnder(x: readonly number[], y: readonly number[]): number {
  let area = 0
  for (let i = 1; i < x.length; i++) {
    area += (((y[i] as number) + (y[i - 1] as number)) / 2) * Math.abs((x[i] as number) - (x[i - 1] as number))
  }
  return area
}

function meanOf({ potentials, currents }: DataColumns): number[] {
  return potentials.map((_, i) => currents.reduce((sum, current) => sum + (current[i] as number), 0) / currents.length)
}
