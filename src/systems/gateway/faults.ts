import type { FaultSteps } from '../../core/system.ts'
import type { GatewayParams } from './params.ts'

const onlyAcknowledged = 'only the acknowledged dialect has it'

const isTaken = ({ leaveAt, malformedAt }: GatewayParams) => leaveAt !== undefined || malformedAt !== undefined

const disturbed = 'its params have "leaveAt" or "malformedAt" already'

/** What single uploaders do beside what their group's params say. */
export const gatewaySteps: FaultSteps<GatewayParams> = {
  'identity-reuse': (params) => (isTaken(params) ? disturbed : { ...params, leaveAt: 0.5 }),
  'brief-visit': (params) => (isTaken(params) ? disturbed : { ...params, leaveAt: 1e-6 }),
  'malformed-message': (params) => (isTaken(params) ? disturbed : { ...params, malformedAt: 0.5 }),
  'oversized-message': (params) =>
    isTaken(params) ? disturbed : { ...params, malformedAt: 0.5, malformedFrame: 'oversized' },
  'duplicate-message': (params) =>
    params.dialect === 'acknowledged' ? { ...params, duplicateEnd: true } : onlyAcknowledged,
  'handed-on-connection': (params) =>
    params.dialect === 'acknowledged' ? { ...params, resetBetween: true } : onlyAcknowledged,
}
