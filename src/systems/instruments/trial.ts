import type { Trial } from '../../core/system.ts'

const times = { grace: '300ms', away: '50ms', settleTime: '300ms', refusalTime: '500ms', requestLimit: '5s' }
/** A busy machine is late with its answers to pings, and nobody is to be lost for that. */
const timing = { grace: '300ms', pingInterval: '5s', pingTimeout: '10s' }

/** So that who falls silent is noticed in time. */
const attentive = { pingInterval: '200ms', pingTimeout: '400ms' }

const disturbed = {
  leaveShare: 0.1,
  longLeaveShare: 0.2,
  silentShare: 0.2,
  rivalShare: 0.5,
  namelessShare: 0.5,
  invalidShare: 0.2,
  vanishShare: 0.5,
  answerLimit: '5s',
}

/** Over both transports, with figures that only values tell apart. */
const colliding = {
  ...disturbed,
  transport: 'mixed',
  viewers: 2,
  electrodes: 2,
  cohort: 'colliding',
  previewShare: 0.5,
}

/** Pairs at once, viewers whose user has no agent, one witness beside them, and one that comes after them. */
export const instrumentsTrial: Trial = {
  createScenario({ params, load, startAfter, settings }) {
    const common = { system: 'instruments', target: 'instruments' }
    return {
      name: 'trial',
      maxDuration: '5m',
      targets: { instruments: { system: 'instruments', settings: { ...timing, ...settings } } },
      groups: [
        {
          ...common,
          name: 'pairs',
          load: { model: 'closed', clients: 8, ...load },
          params: { ...times, ...params },
          ...(startAfter !== undefined && { startAfter }),
        },
        {
          ...common,
          name: 'alone',
          load: { model: 'closed', clients: 2, iterations: load?.['iterations'] ?? 1 },
          params: { ...times, agent: false, linger: '200ms' },
        },
        { ...common, name: 'witness', clients: 1, witness: 'during' },
        { ...common, name: 'late-witness', clients: 1, witness: 'after' },
      ],
    }
  },
  active: ['pairs'],
  clean: {
    disturbed: { params: disturbed, load: { iterations: 2 }, settings: attentive },
    cv: {
      params: { ...colliding, mode: 'cv', segmentsShare: 1, viewerKeys: true },
      settings: { ...attentive, viewerKeys: true },
    },
    'frequency-map': { params: { ...colliding, mode: 'frequency-map' }, settings: attentive },
    restarted: {
      params: { ...disturbed, longLeaveShare: 0, silentShare: 0, fileInterval: '20ms' },
      load: { iterations: 3, clients: 6 },
      settings: { restartAfter: '400ms' },
    },
  },
}
