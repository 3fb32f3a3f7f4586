import type { FaultSteps } from '../../core/system.ts'
import type { DevicesParams } from './params/devices-params.ts'

const withoutRounds = 'its devices have no rounds in which to do it'

const inRounds = (params: DevicesParams, change: Partial<DevicesParams>) =>
  params.rounds === 0 ? withoutRounds : { ...params, ...change }

/** What single devices do beside what their group's params say. */
export const devicesSteps: FaultSteps<DevicesParams> = {
  'identity-reuse': (params) => inRounds(params, { loseServerAt: Math.floor(params.rounds / 2), loseServerRounds: 1 }),
  'brief-visit': (params) => inRounds(params, { cancelShare: 0.5 }),
  'duplicate-message': (params) => inRounds(params, { repeatShare: 0.5 }),
  'malformed-message': (params) => inRounds(params, { malformedShare: 1 }),
  'oversized-message': (params) => inRounds(params, { oversizedShare: 1 }),
  'handed-on-connection': (params) => ({ ...params, handedOn: true }),
}
