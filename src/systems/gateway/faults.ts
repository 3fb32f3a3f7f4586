import type { FaultSteps } from '../../core/system.ts'
import type { GatewayParams } from './params.ts'

const onlyAcknowledged = 'only the acknowledged dialect has it'

/** What single uploaders do beside what their group's params say. */
export const gatewaySteps: FaultSteps<GatewayParams> = {
  'identity-reuse': (params) => ({ ...params, leaveAt: 0.5 }),
  'brief-visit': (params) => ({ ...params, leaveAt: 1e-6 }),
  'malformed-message': (params) => ({ ...params, malformedAt: 0.5 }),
  'oversized-message': (params) => ({ ...params, malformedAt: 0.5, malformedFrame: 'oversized' }),
  'duplicate-message': (params) =>
    params.dialect === 'acknowledged' ? { ...params, duplicateEnd: true } : onlyAcknowledged,
  'handed-on-connection': (params) =>
    params.dialect === 'acknowledged' ? { ...params, resetBetween: true } : onlyAcknowledged,
}
