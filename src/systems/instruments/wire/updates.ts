import { type Fields, readFields, readNumber, readNumbers, readText } from './read-fields.ts'

/** How high the middle of what was measured stands above the middle of its ends, and of how many points it is. */
export interface MeasuredCurve {
  readonly points: number
  readonly height: number
}

/** `live_analysis_update`: the figures of one file, and the trends over all files of its session. */
export interface SwvUpdate {
  readonly filename: string
  /** Null: the mean of all. */
  readonly electrode: number | null
  readonly peak: number
  readonly trend: SwvTrend
  /** Absent where the server sends no curve. */
  readonly curve?: MeasuredCurve
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
  /** Of the way there. */
  readonly curve?: MeasuredCurve
}

export interface FrequencyMapUpdate {
  readonly filename: string
  readonly electrode: number | null
  readonly frequency: number
  readonly peak: number
  readonly charge: number
  readonly curve?: MeasuredCurve
}

export interface Curves {
  readonly potentials: readonly number[]
  readonly raw: readonly number[]
  readonly smoothed: readonly number[]
}

/** `share`: of a cyclic voltammogram only the first half is the way there. */
function measureCurve({ raw_currents: raw }: Fields, share = 1): { readonly curve?: MeasuredCurve } {
  if (!Array.isArray(raw) || raw.length < 3) return {}
  const end = (raw.length - 1) * share
  const [from, middle, to] = [readNumber(raw[0]), readNumber(raw[end / 2]), readNumber(raw[end])]
  if (from === undefined || middle === undefined || to === undefined) return {}
  return { curve: { points: raw.length, height: middle - (from + to) / 2 } }
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
  const analysis = readFields(fields['individual_analysis'])
  const peak = readNumber(analysis['peak_value'])
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
    ...measureCurve(analysis),
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
  const separation = readNumber(analysis['peak_separation']) ?? 0
  return { filename, electrode, anodic, cathodic, separation, ...measureCurve(analysis, 0.5) }
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
  const charge = readNumber(data['charge']) ?? 0
  return { filename, electrode, frequency, peak, charge, ...measureCurve(data) }
}
