import type { FaultSteps } from '../../core/system.ts'
import type { InstrumentsParams } from './params/instruments-params.ts'

const withAgent = (params: InstrumentsParams, change: Partial<InstrumentsParams>) =>
  params.agent ? { ...params, ...change } : 'its pairs have no agent'

/** What single pairs do beside what their group's params say. */
export const instrumentsSteps: FaultSteps<InstrumentsParams> = {
  'identity-reuse': (params) => withAgent(params, { leaveShare: 0.5 }),
  'brief-visit': (params) => ({ ...params, vanishShare: 1 }),
  'malformed-message': (params) => withAgent(params, { invalidShare: 0.5 }),
  'two-connections': (params) => withAgent(params, { rivalShare: 1 }),
}
