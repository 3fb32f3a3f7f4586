import type { Trial } from '../../core/system.ts'

/** Uploaders at once, one witness beside them that comes last, and one that comes after them. */
export const gatewayTrial: Trial = {
  createScenario({ params, load, startAfter, settings }) {
    const dialect = params?.['dialect'] ?? 'acknowledged'
    const common = { system: 'gateway', target: 'gateway', params: { dialect } }
    const uploading = { dialect, rows: 600, batchRows: 100, resultsIdleLimit: '1s', ...params }
    return {
      name: 'trial',
      maxDuration: '5m',
      targets: { gateway: { system: 'gateway', settings: { dialect, ...settings } } },
      groups: [
        {
          ...common,
          name: 'uploaders',
          load: { model: 'closed', clients: 6, ...load },
          params: uploading,
          ...(startAfter !== undefined && { startAfter }),
        },
        { ...common, name: 'witness', clients: 1, witness: 'during' },
        { ...common, name: 'late-witness', clients: 1, witness: 'after' },
      ],
    }
  },
  active: ['uploaders'],
  clean: {
    acknowledged: disturbIn('acknowledged'),
    streamed: disturbIn('streamed'),
    sequenced: disturbIn('sequenced'),
  },
}

/** All come twice, and leave in the middle of their first upload. */
function disturbIn(dialect: string) {
  return {
    params: { dialect, settleTime: '300ms', leaveAt: 0.3, dependable: true },
    load: { iterations: 2, reconnect: true },
  }
}
