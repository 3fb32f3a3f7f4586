import type { MeasurementMode } from './file-name.ts'

/** The events of one kind of measurement, and what the server says about them. */
export interface ModeEvents {
  readonly start: string
  readonly startAnswer: string
  readonly stop: string
  /** What tells the agent to stop. */
  readonly agentStop: string
  readonly stream: string
  readonly update: string
  readonly export: string
  readonly exportAnswer: string
  /** Status messages of `startAnswer`. */
  readonly started: string
  readonly noUser: string
}

export const modeEvents: Readonly<Record<MeasurementMode, ModeEvents>> = {
  swv: {
    start: 'start_analysis_session',
    startAnswer: 'ack_start_session',
    stop: 'stop_analysis_session',
    agentStop: 'stop_data_stream',
    stream: 'stream_instrument_data',
    update: 'live_analysis_update',
    export: 'request_export_data',
    exportAnswer: 'export_data_response',
    started: 'Instructions sent.',
    noUser: 'User ID is required to start analysis.',
  },
  cv: {
    start: 'start_cv_analysis_session',
    startAnswer: 'ack_start_cv_session',
    stop: 'stop_cv_analysis_session',
    agentStop: 'stop_cv_data_stream',
    stream: 'stream_cv_data',
    update: 'live_cv_update',
    export: 'request_export_cv_data',
    exportAnswer: 'export_cv_data_response',
    started: 'CV Instructions sent.',
    noUser: 'User ID is required to start CV analysis.',
  },
  'frequency-map': {
    start: 'start_frequency_map_session',
    startAnswer: 'ack_start_frequency_map_session',
    stop: 'stop_frequency_map_session',
    agentStop: 'stop_data_stream',
    stream: 'stream_instrument_data',
    update: 'frequency_map_update',
    export: 'request_export_frequency_map_data',
    exportAnswer: 'export_frequency_map_data_response',
    started: 'Frequency map instructions sent.',
    noUser: 'User ID is required to start frequency map.',
  },
}

/** Messages that are the same for all modes. */
export const messages = {
  noAgent: 'Error: Local agent not detected for this User ID.',
  noUser: 'User ID is required',
  exportNoUser: 'User ID is required for export.',
  exportNoSession: 'No active agent session found for this User ID.',
  exportNoData: 'No data available to export.',
  /** Undocumented: the server has lost what it stores its sessions in. */
  unavailable: 'Error: the server cannot reach its store. Try again.',
} as const

/** What `set_filters` says beside the filters where the agent is to send a frequency map, or one file for a preview. */
export const analysisModes = { frequencyMap: 'frequency_map', preview: 'cv_preview' } as const
