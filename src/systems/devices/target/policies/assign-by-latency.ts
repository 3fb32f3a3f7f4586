import { type AssignmentPolicy, nominalSeconds, type PolicyContext } from './policy.ts'

/**
 * The default model to begin with, and the fastest one for devices whose reports say that all layers together take them
 * too long. It is offered like a rebalance: the device gets it when it registers again.
 */
export function assignByLatency(
  { models, defaultModel }: PolicyContext,
  { slowInferenceMs }: { readonly slowInferenceMs: number },
): AssignmentPolicy {
  const fastest = models.reduce((best, model) => (nominalSeconds(model) < nominalSeconds(best) ? model : best))
  return {
    assign: () => defaultModel,
    reconsider: ({ model, means }) => {
      const isSlow = means.total() * 1000 > slowInferenceMs
      return isSlow && model !== fastest ? fastest : undefined
    },
  }
}
