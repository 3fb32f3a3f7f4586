import type { SwvTrend } from '../wire/updates.ts'
import type { Figures } from './analysis/analyse-file.ts'
import type { FileResult, SessionState } from './session-state.ts'

/** Null: the mean of all. */
export type Electrode = number | null

export const figuresOf = ({ electrodes, mean }: FileResult, electrode: Electrode): Figures =>
  (electrode === null ? mean : electrodes[electrode]) ?? mean

/** Peaks by frequency and file number; each divided by that of the normalization point; the lowest by the highest frequency's. */
export function traceTrend({ results, params }: SessionState, electrode: Electrode): SwvTrend {
  const ofSwv = results.filter(({ mode }) => mode === 'swv')
  const numbers = [...new Set(ofSwv.map(({ number }) => number))]
  const frequencies = [...new Set(ofSwv.map(({ frequency }) => frequency))].sort((a, b) => a - b)
  const peaks = new Map(
    ofSwv.map((result) => [`${result.frequency} ${result.number}`, figuresOf(result, electrode).peak]),
  )
  const peakAt = (frequency: number, number: number) => peaks.get(`${frequency} ${number}`) ?? null
  const byFrequency = (of: (frequency: number, number: number) => number | null) =>
    Object.fromEntries(frequencies.map((frequency) => [frequency, numbers.map((number) => of(frequency, number))]))
  const lowest = frequencies[0] ?? 0
  const highest = frequencies.at(-1) ?? 0
  return {
    numbers,
    peaks: byFrequency(peakAt),
    normalized: byFrequency((frequency, number) =>
      divide(peakAt(frequency, number), peakAt(frequency, params.normalizationPoint)),
    ),
    kdm: numbers.map((number) =>
      frequencies.length > 1 ? divide(peakAt(lowest, number), peakAt(highest, number)) : null,
    ),
  }
}

function divide(value: number | null, by: number | null): number | null {
  return value === null || by === null || by === 0 ? null : value / by
}
