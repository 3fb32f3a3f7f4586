import type { AnalysisParams } from '../wire/analysis-params.ts'

const mostElectrodes = 64
const mostColumns = 1000
const mostFrequencies = 1000
const widestWindow = 201
const highestDegree = 5

/** What is wrong with what a viewer wants, if anything: one that can be neither done nor afforded harms all others. */
export function findParamsProblem(params: AnalysisParams): string | undefined {
  const { electrodes, windowPoints, degree, selectedElectrodes, frequencies, delimiter } = params
  const isWhole = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to
  const whole = (name: string, value: number, from: number, to: number) =>
    isWhole(value, from, to) ? undefined : `${name} must be a whole number from ${from} to ${to}, not ${value}`
  return (
    whole('num_electrodes', electrodes, 1, mostElectrodes) ??
    whole('voltage_column', params.voltageColumn, 1, mostColumns) ??
    whole('current_column', params.currentColumn, 1, mostColumns) ??
    whole('spacing_index', params.spacingIndex, 1, mostColumns) ??
    whole('delimiter', delimiter, 1, 3) ??
    whole('sg_window', windowPoints, 5, widestWindow) ??
    (windowPoints % 2 === 1 ? undefined : `sg_window must be odd, not ${windowPoints}`) ??
    whole('sg_degree', degree, 1, Math.min(highestDegree, windowPoints - 1)) ??
    (frequencies.length <= mostFrequencies && frequencies.every((one) => one > 0)
      ? undefined
      : `frequencies must be at most ${mostFrequencies} positive numbers`) ??
    (new Set(selectedElectrodes).size === selectedElectrodes.length &&
    selectedElectrodes.every((index) => isWhole(index, 0, electrodes - 1))
      ? undefined
      : 'selected_electrodes must be indices of electrodes, each once')
  )
}
