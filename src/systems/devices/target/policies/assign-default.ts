import type { AssignmentPolicy, PolicyContext } from './policy.ts'

/** One model for all. */
export function assignDefault({ defaultModel }: PolicyContext): AssignmentPolicy {
  return { assign: () => defaultModel }
}
