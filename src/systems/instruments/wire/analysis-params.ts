import { readFields, readNumber, readNumbers, readText } from './read-fields.ts'

export const peakOptions = ['Peak Height Extraction', 'Area Under the Curve'] as const
export type PeakOption = (typeof peakOptions)[number]

/** How a viewer wants its files to be read and analysed: `analysisParams` on the wire. Columns count from 1. */
export interface AnalysisParams {
  readonly voltageColumn: number
  readonly currentColumn: number
  /** Columns from one electrode's current to the next one's. */
  readonly spacingIndex: number
  readonly electrodes: number
  /** 1 space, 2 tab, 3 comma. */
  readonly delimiter: number
  readonly fileExtension: string
  readonly peakOption: PeakOption
  readonly fileCount: number
  /** Hertz. */
  readonly frequencies: readonly number[]
  /** Volts: where the peak lies, for frequencies below the middle and for the others. */
  readonly lowStart: number
  readonly lowEnd: number
  readonly highStart: number
  readonly highEnd: number
  /** Indices from 0; none: the mean of all. */
  readonly selectedElectrodes: readonly number[]
  /** Points of the smoothing window, odd, and degree of its polynomial. */
  readonly windowPoints: number
  readonly degree: number
  /** The file number whose peak is 1. */
  readonly normalizationPoint: number
  /** Seconds from one file number to the next. */
  readonly sampleRate: number
}

export function encodeAnalysisParams(params: AnalysisParams) {
  return {
    voltage_column: params.voltageColumn,
    current_column: params.currentColumn,
    spacing_index: params.spacingIndex,
    num_electrodes: params.electrodes,
    delimiter: params.delimiter,
    file_extension: params.fileExtension,
    SelectedOptions: params.peakOption,
    num_files: params.fileCount,
    frequencies: params.frequencies,
    low_xstart: params.lowStart,
    low_xend: params.lowEnd,
    high_xstart: params.highStart,
    high_xend: params.highEnd,
    selected_electrodes: params.selectedElectrodes,
    sg_window: params.windowPoints,
    sg_degree: params.degree,
    normalizationPoint: params.normalizationPoint,
    sampleRate: params.sampleRate,
  }
}

/** What is not said has its usual value. */
export function parseAnalysisParams(value: unknown): AnalysisParams {
  const fields = readFields(value)
  const number = (key: string, usual: number) => readNumber(fields[key]) ?? usual
  return {
    voltageColumn: number('voltage_column', 1),
    currentColumn: number('current_column', 2),
    spacingIndex: number('spacing_index', 1),
    electrodes: number('num_electrodes', 1),
    delimiter: number('delimiter', 1),
    fileExtension: readText(fields['file_extension']) ?? '.txt',
    peakOption: fields['SelectedOptions'] === peakOptions[1] ? peakOptions[1] : peakOptions[0],
    fileCount: number('num_files', 1),
    frequencies: readNumbers(fields['frequencies']) ?? [],
    lowStart: number('low_xstart', -0.5),
    lowEnd: number('low_xend', 0.1),
    highStart: number('high_xstart', -0.5),
    highEnd: number('high_xend', 0.1),
    selectedElectrodes: readNumbers(fields['selected_electrodes']) ?? [],
    windowPoints: number('sg_window', 5),
    degree: number('sg_degree', 2),
    normalizationPoint: number('normalizationPoint', 1),
    sampleRate: number('sampleRate', 1),
  }
}

/** Which files an agent is to send; sent by the viewer as `filters`, and to the agent as `set_filters`. */
export interface Filters {
  readonly handle: string
  readonly frequencies: readonly number[]
  readonly rangeStart: number
  readonly rangeEnd: number
  readonly fileExtension: string
}

export function encodeFilters({ handle, frequencies, rangeStart, rangeEnd, fileExtension }: Filters) {
  return { handle, frequencies, range_start: rangeStart, range_end: rangeEnd, file_extension: fileExtension }
}

/** Undefined where no handle is named. */
export function parseFilters(value: unknown): Filters | undefined {
  const fields = readFields(value)
  const handle = readText(fields['handle'])
  if (handle === undefined) return undefined
  return {
    handle,
    frequencies: readNumbers(fields['frequencies']) ?? [],
    rangeStart: readNumber(fields['range_start']) ?? 1,
    rangeEnd: readNumber(fields['range_end']) ?? Number.MAX_SAFE_INTEGER,
    fileExtension: readText(fields['file_extension']) ?? '.txt',
  }
}
