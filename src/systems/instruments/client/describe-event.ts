import type { Json } from '../../../core/json.ts'
import { type Filters, parseFilters } from '../wire/analysis-params.ts'
import { parseExportAnswer, parseFileAnswer, parseSessionInfo, parseStatus, saysConnected } from '../wire/answers.ts'
import { parseExport } from '../wire/export-csv.ts'
import { parseCvPreview, parseCvSegments } from '../wire/previews.ts'
import { readFields } from '../wire/read-fields.ts'
import { analysisModes, modeEvents } from '../wire/sessions.ts'
import { parseCvUpdate, parseFrequencyMapUpdate, parseSwvUpdate } from '../wire/updates.ts'

/** Of what cannot be read, so much is kept. */
const excerptLength = 200

const { swv, cv, 'frequency-map': map } = modeEvents

/** How each event is read; undefined where it is none of the protocol. What it returns is JSON. */
const readers = new Map<string, (value: unknown) => object | undefined>(
  Object.entries({
    session_info: describeSession,
    agent_status: describeStatus,
    agent_connection_status: describeStatus,
    consent_logged: describeStatus,
    connection_rejected: describeStatus,
    [swv.startAnswer]: describeStatus,
    [cv.startAnswer]: describeStatus,
    [map.startAnswer]: describeStatus,
    [swv.update]: parseSwvUpdate,
    [cv.update]: parseCvUpdate,
    [map.update]: parseFrequencyMapUpdate,
    [swv.exportAnswer]: describeExport,
    [cv.exportAnswer]: describeExport,
    [map.exportAnswer]: describeExport,
    cv_preview_response: parseCvPreview,
    cv_segments_response: parseCvSegments,
    set_filters: describeInstruction,
    [swv.agentStop]: () => ({}),
    [cv.agentStop]: () => ({}),
    file_processing_complete: (value: unknown) => ({
      answer: 'complete',
      filename: parseFileAnswer(value).filename ?? null,
    }),
    file_validation_error: (value: unknown) => {
      const { filename = null, error = null } = parseFileAnswer(value)
      return { answer: 'refused', filename, error }
    },
  }),
)

/** What the history keeps of an event. */
export function describeEvent(name: string, value: unknown): Json {
  const read = readers.get(name)?.(value)
  if (read !== undefined) return read as unknown as Json
  return { malformed: (JSON.stringify(value) ?? '').slice(0, excerptLength) }
}

function describeSession(value: unknown) {
  const { sessionId = null, userId = null } = parseSessionInfo(value)
  return { sessionId, userId }
}

function describeStatus(value: unknown) {
  const answer = parseStatus(value)
  const { status = null, message = null, userId = null } = answer
  return { status, message, userId, connected: saysConnected(answer) ?? null }
}

function describeExport(value: unknown) {
  const { status = null, message = null, data } = parseExportAnswer(value)
  const sections = data === undefined ? null : (parseExport(data)?.sections ?? null)
  return { status, message, sections }
}

/** An agent is told what to send, or to send one file for a preview. */
export function readInstruction(value: unknown): {
  readonly filters: Filters | undefined
  readonly isPreview: boolean
} {
  const fields = readFields(value)
  const isPreview = fields['preview_mode'] === true || fields['analysis_mode'] === analysisModes.preview
  return { filters: parseFilters(value), isPreview }
}

function describeInstruction(value: unknown) {
  const { filters, isPreview } = readInstruction(value)
  return { handle: filters?.handle ?? null, isPreview }
}
