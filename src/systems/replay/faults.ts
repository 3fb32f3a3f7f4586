import type { FaultSteps } from '../../core/system.ts'
import type { ActName, ReplayParams } from './params/replay-params.ts'

/** So likely is the act then: as all others together. */
function oftenDo(params: ReplayParams, act: ActName): ReplayParams | string {
  if (params.acts === 0) return 'its viewers do nothing ("acts: 0")'
  return { ...params, behaviour: [...params.behaviour, ...params.behaviour.map(() => act)] }
}

/** What single viewers do beside what their group's params say. */
export const replaySteps: FaultSteps<ReplayParams> = {
  'identity-reuse': (params) => oftenDo(params, 'return'),
  'duplicate-message': (params) => oftenDo(params, 'start-again'),
  'two-connections': (params) =>
    params.session === 'own' && params.socketsPerSession > 1
      ? oftenDo(params, 'second-socket')
      : 'its sessions have one socket each, or are shared',
}
