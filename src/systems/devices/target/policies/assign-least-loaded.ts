import type { DeviceModel } from '../../params/models.ts'
import type { AssignmentPolicy, PolicyContext } from './policy.ts'

/** The model that the fewest devices have; of several, the first in the list. */
export function assignLeastLoaded(context: PolicyContext): AssignmentPolicy {
  return { assign: () => findLeastLoaded(context) }
}

function findLeastLoaded({ models, loadOf, defaultModel }: PolicyContext): DeviceModel {
  return models.reduce((least, model) => (loadOf(model) < loadOf(least) ? model : least), models[0] ?? defaultModel)
}
