import { assignLeastLoaded } from './assign-least-loaded.ts'
import type { AssignmentPolicy, PolicyContext } from './policy.ts'
import type { StateFile } from './state-file.ts'

/** The model that the same id had before, also before a restart; a new id gets that of `least-loaded`. */
export function assignSticky(context: PolicyContext, state: StateFile): AssignmentPolicy {
  const { assign } = assignLeastLoaded(context)
  return {
    assign: (id, capabilities) => {
      const remembered = state.modelOf(id)
      return context.models.find(({ name }) => name === remembered) ?? assign(id, capabilities)
    },
    remember: ({ id, model }) => state.remember(id, model.name),
  }
}
