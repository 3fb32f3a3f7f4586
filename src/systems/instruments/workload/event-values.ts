import type { Json } from '../../../core/json.ts'
import type { Mode } from '../params/instruments-params.ts'
import type { CvPreview, CvSegmentsAnswer } from '../wire/previews.ts'
import type { CvUpdate, FrequencyMapUpdate, SwvUpdate } from '../wire/updates.ts'

/*
 * What the events of this system carry: written by the client, read by the invariants. Deliveries have the name of their
 * event as channel, operations the names below. What does not read as an event of the protocol has `malformed` alone.
 */

/** Channels of what a server sends by itself. */
export const updateChannels: Readonly<Record<Mode, string>> = {
  swv: 'live_analysis_update',
  cv: 'live_cv_update',
  'frequency-map': 'frequency_map_update',
}
export const exportChannels: readonly string[] = [
  'export_data_response',
  'export_cv_data_response',
  'export_frequency_map_data_response',
]
export const statusChannels: ReadonlySet<string> = new Set(['agent_status'])
export const stopChannels: readonly string[] = ['stop_data_stream', 'stop_cv_data_stream']

/** The words in which servers say that a user has no agent, and that there is nothing to export. */
export const noAgentMessages: readonly (string | null | undefined)[] = [
  'Error: Local agent not detected for this User ID.',
  'No active agent session found for this User ID.',
]
export const noDataMessage = 'No data available to export.'

/** Of `opened`: what a connection is for. */
export type Role = 'agent' | 'viewer' | 'rival' | 'nameless' | 'nameless-viewer' | 'keyless' | 'vanishing'

/** Of the completion of `register`, where the agent was told who it is; null or without session where it was refused. */
export interface RegisteredValue {
  readonly sessionId: string | null
  readonly userId: string | null
}

/** Of the invocation of `send-file` and `send-invalid`. */
export interface SentFileValue {
  readonly filename: string
}

/** Of their completion. */
export interface FileAnswerValue {
  readonly answer: 'complete' | 'refused'
  readonly filename: string
  readonly error?: string
}

/** Of the invocation of `start`, and of `await-instructions`. */
export interface StartValue {
  readonly session: number
  readonly handle: string
}

/** Of any answer that has a status: `check`, `start`, `request-status`, `consent`, and deliveries of their events. */
export interface StatusValue {
  readonly status: string | null
  readonly message: string | null
  readonly userId: string | null
  /** Whether it says that the agent is there; null where it says neither. */
  readonly connected: boolean | null
}

/** Of the invocation of `check`. */
export interface CheckValue {
  /** All that belongs to this session should have come by now: what is missing is lost. */
  readonly endsSession: number | null
}

/** Of the completion of `await-instructions` and `await-stop`: whether the agent got what was sent to it. */
export interface AwaitedValue {
  readonly arrived: boolean
  /** The agent had one connection all the while, and it still answered at the end. */
  readonly certain: boolean
}

/** Of the invocation of `export`. */
export interface ExportRequestValue {
  readonly session: number
}

/** Of its completion. */
export interface ExportValue {
  readonly status: string | null
  readonly message: string | null
  readonly sections: readonly ExportedSection[] | null
}

export interface ExportedSection {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (number | string)[])[]
}

/** Of the completion of `probe-rival` and `probe-nameless`; null where neither was seen. */
export interface ProbeValue {
  readonly served: boolean | null
  /** What showed it. */
  readonly evidence: string
  /** The place was taken: its holder was there all the while, or was told to go. Always where nobody can hold it. */
  readonly isHeld: boolean
}

/** Of the fault `agent-left`: it ended its connection, or let it fall silent. */
export interface LeftValue {
  readonly how: 'within-grace' | 'beyond-grace' | 'silent'
}

/** Of deliveries of file names: `file_processing_complete`, `file_validation_error`. */
export interface FileNoticeValue {
  readonly filename: string | null
}

/** Of `set_filters`. */
export interface InstructionValue {
  readonly handle: string | null
  readonly isPreview: boolean
}

export type UpdateValue = SwvUpdate | CvUpdate | FrequencyMapUpdate
export type PreviewValue = CvPreview

/** Of the invocation of `segments`; of its completion, null where the server does not answer. */
export interface SegmentsRequestValue {
  readonly session: number
}
export type SegmentsValue = CvSegmentsAnswer

/** The fields of a value, or none where it is not of the protocol. */
export function readValue<Value extends object>(value: Json): Partial<Value> {
  const isFields = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isFields ? (value as unknown as Partial<Value>) : {}
}
