import type { PlantedDefects } from '../../../targets/defect.ts'
import type { ServerLog } from '../../../targets/server-log.ts'
import type { WorkSlots } from '../../../targets/work-slots.ts'
import type { DefectName } from './defect-name.ts'
import type { SharedState } from './defects/shared-state.ts'
import type { DeviceRegistry } from './fleet/device-registry.ts'
import type { AssignmentPolicy } from './policies/policy.ts'
import type { DevicesSettings } from './settings.ts'

/** What the parts of one running server share. */
export interface DevicesServer {
  readonly settings: DevicesSettings
  readonly registry: DeviceRegistry
  readonly policy: AssignmentPolicy
  readonly slots: WorkSlots
  readonly log: ServerLog
  readonly defect: PlantedDefects<DefectName>
  readonly shared: SharedState
  /** Requests by the status of their reply. */
  readonly replies: Map<number, number>
}
