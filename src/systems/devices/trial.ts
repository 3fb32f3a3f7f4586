import type { Trial } from '../../core/system.ts'

const living = { rounds: 12, thinkTime: '10ms', requestLimit: '500ms', reRegisterEvery: 5, dependable: true }

/** Devices at once, one witness beside them, and one that comes after them. */
export const devicesTrial: Trial = {
  createScenario({ params, load, startAfter, settings = {} }) {
    const common = { system: 'devices', target: 'devices' }
    return {
      name: 'trial',
      maxDuration: '5m',
      targets: { devices: { system: 'devices', settings } },
      groups: [
        {
          ...common,
          name: 'devices',
          load: { model: 'closed', clients: 12, ...load },
          params: { ...living, ...params },
          ...(startAfter !== undefined && { startAfter }),
        },
        { ...common, name: 'witness', clients: 1, witness: 'during' },
        { ...common, name: 'late-witness', clients: 1, witness: 'after' },
      ],
    }
  },
  active: ['devices'],
  clean: {
    disturbed: {
      params: {
        forgeShare: 0.5,
        malformedShare: 0.25,
        cancelShare: 0.1,
        repeatShare: 0.2,
        clockSkewShare: 0.25,
        loseServerAt: 3,
      },
    },
  },
}
