import type { ModelNeeds } from '../../params/models.ts'
import type { Capabilities } from '../../wire/json-bodies.ts'
import { type AssignmentPolicy, nominalSeconds, type PolicyContext } from './policy.ts'

/**
 * The heaviest model for which the device has memory, processor and camera. What a device does not tell limits nothing;
 * one that tells nothing at all, or for which everything is too heavy, gets the default model.
 */
export function assignByCapability({ models, defaultModel }: PolicyContext): AssignmentPolicy {
  const heaviestFirst = [...models].sort((one, other) => nominalSeconds(other) - nominalSeconds(one))
  return {
    assign: (_id, capabilities) =>
      (capabilities && heaviestFirst.find(({ needs }) => suffices(capabilities, needs))) ?? defaultModel,
  }
}

function suffices({ memoryKb, cpuMhz, cameraPixels }: Capabilities, needs: ModelNeeds): boolean {
  const has = (told: number | undefined, needed: number) => told === undefined || told >= needed
  return has(memoryKb, needs.memoryKb) && has(cpuMhz, needs.cpuMhz) && has(cameraPixels, needs.cameraPixels)
}
