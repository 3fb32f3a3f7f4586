import { type AnalysisParams, encodeAnalysisParams, parseAnalysisParams } from '../wire/analysis-params.ts'
import type { MeasurementMode } from '../wire/file-name.ts'
import type { Figures } from './analysis/analyse-file.ts'
import type { SessionFields } from './store/session-store.ts'

/** The figures of one file, as a session keeps them. */
export interface FileResult {
  readonly mode: MeasurementMode
  readonly filename: string
  readonly number: number
  readonly frequency: number
  readonly electrodes: readonly Figures[]
  readonly mean: Figures
}

/** What a session's hash holds: `params`, `mode`, `viewer_key`, and one field for each file and each pending preview. */
export interface SessionState {
  readonly mode: MeasurementMode
  readonly params: AnalysisParams
  readonly viewerKey: string
  /** In order of their numbers, then frequencies. */
  readonly results: readonly FileResult[]
  /** Viewers that wait for a preview, and how they want it to be analysed. */
  readonly previews: readonly PendingPreview[]
}

export interface PendingPreview {
  readonly viewerSid: string
  readonly params: AnalysisParams
}

const resultPrefix = 'result:'
const previewPrefix = 'preview:'

export const resultKey = (filename: string) => resultPrefix + filename
export const previewKey = (viewerSid: string) => previewPrefix + viewerSid
/** Fields are never taken out one by one: this is a preview that was answered. */
export const previewDone = ''

export function describeStart(mode: MeasurementMode, params: AnalysisParams, viewerKey: string): SessionFields {
  return { mode, params: JSON.stringify(encodeAnalysisParams(params)), viewer_key: viewerKey }
}

export function readSessionState(fields: SessionFields): SessionState {
  const entries = Object.entries(fields)
  const results = entries
    .filter(([key]) => key.startsWith(resultPrefix))
    .map(([, value]) => JSON.parse(value) as FileResult)
    .sort((a, b) => a.number - b.number || a.frequency - b.frequency)
  return {
    mode: (fields['mode'] ?? 'swv') as MeasurementMode,
    params: parseAnalysisParams(JSON.parse(fields['params'] ?? '{}')),
    viewerKey: fields['viewer_key'] ?? '',
    results,
    previews: entries
      .filter(([key, value]) => key.startsWith(previewPrefix) && value !== previewDone)
      .map(([key, value]) => ({
        viewerSid: key.slice(previewPrefix.length),
        params: parseAnalysisParams(JSON.parse(value)),
      })),
  }
}
