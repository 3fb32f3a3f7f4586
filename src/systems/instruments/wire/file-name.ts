/** What an agent streams; each has its own events. */
export const measurementModes = ['swv', 'cv', 'frequency-map'] as const
export type MeasurementMode = (typeof measurementModes)[number]

export interface FileName {
  readonly mode: MeasurementMode
  readonly handle: string
  /** Hertz; 0 for CV. */
  readonly frequency: number
  /** From 1; 0 for a frequency map. */
  readonly number: number
  /** With its dot. */
  readonly extension: string
}

/** SWV `<handle>_<f>Hz_<n>.txt`, frequency map `<handle>_<f>Hz.txt`, CV `<handle>_<n>.txt`. */
export function formatFileName({ mode, handle, frequency, number, extension }: FileName): string {
  if (mode === 'cv') return `${handle}_${number}${extension}`
  const begin = `${handle}_${frequency}Hz`
  return mode === 'swv' ? `${begin}_${number}${extension}` : begin + extension
}

const patterns: readonly (readonly [MeasurementMode, RegExp])[] = [
  ['swv', /^(?<handle>.+)_(?<frequency>\d+(\.\d+)?)Hz_(?<number>\d+)(?<extension>\.\w+)$/i],
  ['frequency-map', /^(?<handle>.+)_(?<frequency>\d+(\.\d+)?)Hz(?<extension>\.\w+)$/i],
  ['cv', /^(?<handle>.+)_(?<number>\d+)(?<extension>\.\w+)$/],
]

/** Undefined for a name of another form. */
export function parseFileName(name: string): FileName | undefined {
  for (const [mode, pattern] of patterns) {
    const groups = pattern.exec(name)?.groups
    if (!groups) continue
    const { handle = '', frequency = '0', number = '0', extension = '' } = groups
    return { mode, handle, frequency: Number(frequency), number: Number(number), extension }
  }
  return undefined
}
