import type { Broker } from '../../../targets/broker/broker.ts'
import type { PlantedDefects } from '../../../targets/defect.ts'
import type { ResourceLedger } from '../../../targets/resource-ledger.ts'
import type { ServerLog } from '../../../targets/server-log.ts'
import type { DefectName } from './defect-name.ts'
import type { SharedState } from './defects/shared-state.ts'
import type { EofBarrier } from './eof/eof-barrier.ts'
import type { GatewaySettings } from './settings.ts'

/** What the parts of one running gateway share. */
export interface GatewayContext {
  readonly settings: GatewaySettings
  readonly resultsDir: string
  readonly broker: Broker
  readonly queuePrefix: string
  readonly ledger: ResourceLedger
  readonly log: ServerLog
  readonly defect: PlantedDefects<DefectName>
  readonly shared: SharedState
  /** Aborted when the gateway stops. */
  readonly stopping: AbortController
  /** With `eof: barrier` only. */
  readonly barrier: EofBarrier | undefined
}
