import { readFields, readNumber, readNumbers, readText } from './read-fields.ts'

/** `live_analysis_update`: the figures of one file, and the trends over all files of its session. */
export interface SwvUpdate {
  readonly filename: string
  /** Null: the mean of all. */
  readonly electrode: number | null
  readonly peak: number
  readonly trend: SwvTrend
}

/** Lists are as long as `numbers`; null where a file is not there yet. By frequency as it is spelled in hertz. */
export interface SwvTrend {
  readonly numbers: readonly number[]
  readonly peaks: Readonly<Record<string, readonly (number | null)[]>>
  readonly normalized: Readonly<Record<string, readonly (number | null)[]>>
  readonly kdm: readonly (number | null)[]
}

export interface CvUpdate {
  readonly filename: string
  readonly electrode: number | null
  readonly anodic: number
  readonly cathodic: number
  /** Volts. */
  readonly separation: number
}

export interface FrequencyMapUpdate {
  readonly filename: string
  readonly electrode: number | null
  readonly frequency: number
  readonly peak: number
  readonly charge: number
}

export interface Curves {
  readonly potentials: readonly number[]
  readonly raw: readonly number[]
  readonly smoothed: readonly number[]
}

export function encodeSwvUpdate({ filename, electrode, peak, trend }: SwvUpdate, curves: Curves) {
  return {
    filename,
    individual_analysis: { status: 'success', ...encodeCurves(curves), peak_value: peak },
    trend_data: {
      x_axis_values: trend.numbers,
      peak_current_trends: trend.peaks,
      normalized_peak_trends: trend.normalized,
      kdm_trend: trend.kdm,
    },
    electrode_index: electrode,
  }
}

const encodeCurves = ({ potentials, raw, smoothed }: Curves) => ({
  potentials,
  raw_currents: raw,
  smoothed_currents: smoothed,
})

/** Undefined where it has no file name or no peak. */
export function parseSwvUpdate(value: unknown): SwvUpdate | undefined {
  const fields = readFields(value)
  const filename = readText(fields['filename'])
  const peak = readNumber(readFields(fields['individual_analysis'])['peak_value'])
  if (filename === undefined || peak === undefined) return undefined
  const trend = readFields(fields['trend_data'])
  return {
    filename,
    electrode: readNumber(fields['electrode_index']) ?? null,
    peak,
    trend: {
      numbers: readNumbers(trend['x_axis_values']) ?? [],
      peaks: readTrends(trend['peak_current_trends']),
      normalized: readTrends(trend['normalized_peak_trends']),
      kdm: readGappyNumbers(trend['kdm_trend']),
    },
  }
}

function readTrends(value: unknown): Record<string, readonly (number | null)[]> {
  const entries = Object.entries(readFields(value)).map(([key, list]) => [key, readGappyNumbers(list)] as const)
  return Object.fromEntries(entries)
}

const readGappyNumbers = (value: unknown): readonly (number | null)[] =>
  Array.isArray(value) ? value.map((item) => readNumber(item) ?? null) : []

export function encodeCvUpdate({ filename, electrode, anodic, cathodic, separation }: CvUpdate, curves: Curves) {
  return {
    filename,
    individual_analysis: {
      status: 'success',
      ...encodeCurves(curves),
      anodic_peak_current: anodic,
      cathodic_peak_current: cathodic,
      peak_separation: separation,
    },
    electrode_index: electrode,
  }
}

export function parseCvUpdate(value: unknown): CvUpdate | undefined {
  const fields = readFields(value)
  const analysis = readFields(fields['individual_analysis'])
  const filename = readText(fields['filename'])
  const anodic = readNumber(analysis['anodic_peak_current'])
  const cathodic = readNumber(analysis['cathodic_peak_current'])
  if (filename === undefined || anodic === undefined || cathodic === undefined) return undefined
  const electrode = readNumber(fields['electrode_index']) ?? null
  return { filename, electrode, anodic, cathodic, separation: readNumber(analysis['peak_separation']) ?? 0 }
}

export function encodeFrequencyMapUpdate(update: FrequencyMapUpdate, curves: Curves) {
  const { filename, electrode, frequency, peak, charge } = update
  return {
    filename,
    frequency,
    electrode_index: electrode,
    data: { status: 'success', ...encodeCurves(curves), peak_value: peak, charge },
  }
}

export function parseFrequencyMapUpdate(value: unknown): FrequencyMapUpdate | undefined {
  const fields = readFields(value)
  const data = readFields(fields['data'])
  const filename = readText(fields['filename'])
  const frequency = readNumber(fields['frequency'])
  const peak = readNumber(data['peak_value'])
  if (filename === undefined || frequency === undefined || peak === undefined) return undefined
  const electrode = readNumber(fields['electrode_index']) ?? null
  return { filename, electrode, frequency, peak, charge: readNumber(data['charge']) ?? 0 }
}
