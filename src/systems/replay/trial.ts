import type { Trial } from '../../core/system.ts'

/** Ten times as fast as people and their markets are. */
const living = { acts: 8, watch: '80ms', period: '25ms', settle: '500ms', catchUp: '300ms', dependable: true }
const market = { period: '25ms' }

/** Viewers at once, two more that share the session of those who name none, and witnesses beside them and after them. */
export const replayTrial: Trial = {
  createScenario({ params, load, startAfter, settings }) {
    const common = { system: 'replay', target: 'replay', params: { ...living, ...params } }
    return {
      name: 'trial',
      maxDuration: '5m',
      targets: { replay: { system: 'replay', settings: { ...market, ...settings } } },
      groups: [
        {
          ...common,
          name: 'viewers',
          load: { model: 'closed', clients: 8, arriveOver: '200ms', ...load },
          ...(startAfter !== undefined && { startAfter }),
        },
        { ...common, name: 'legacy', clients: 2, params: { ...common.params, session: 'shared' } },
        { ...common, name: 'witness', clients: 1, witness: 'during' },
        { ...common, name: 'late-witness', clients: 1, witness: 'after' },
      ],
    }
  },
  active: ['viewers', 'legacy'],
  clean: { 'session-last': {}, 'session-first': { params: { dialect: 'session-first' } } },
}
