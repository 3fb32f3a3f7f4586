import type { DevicesSettings } from '../settings.ts'
import { assignByCapability } from './assign-by-capability.ts'
import { assignByLatency } from './assign-by-latency.ts'
import { assignDefault } from './assign-default.ts'
import { assignLeastLoaded } from './assign-least-loaded.ts'
import { assignSticky } from './assign-sticky.ts'
import type { AssignmentPolicy, PolicyContext } from './policy.ts'
import type { StateFile } from './state-file.ts'

/** The policy that the settings name; `sticky` needs its state file. */
export function choosePolicy(
  settings: DevicesSettings,
  loadOf: PolicyContext['loadOf'],
  state: StateFile | undefined,
): AssignmentPolicy {
  const context: PolicyContext = { models: settings.models, defaultModel: settings.defaultModel, loadOf }
  if (state) return assignSticky(context, state)
  switch (settings.policy) {
    case 'least-loaded':
      return assignLeastLoaded(context)
    case 'by-capability':
      return assignByCapability(context)
    case 'by-latency':
      return assignByLatency(context, settings)
    default:
      return assignDefault(context)
  }
}
