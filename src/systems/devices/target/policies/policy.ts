import type { DeviceModel } from '../../params/models.ts'
import type { Capabilities } from '../../wire/json-bodies.ts'
import type { Device } from '../fleet/device.ts'

/** How a device that the server does not know is given its model. Whoever is known keeps the model that it has. */
export interface AssignmentPolicy {
  assign(id: string, capabilities: Capabilities | undefined): DeviceModel
  /** The model to offer to a device that has just reported, if another would suit it better. */
  reconsider?(device: Device): DeviceModel | undefined
  /** Told of every model that a device gets; the device is answered when this has resolved. */
  remember?(device: Device): Promise<void>
}

/** What the policies know of the fleet. */
export interface PolicyContext {
  readonly models: readonly DeviceModel[]
  readonly defaultModel: DeviceModel
  /** How many devices have the model. */
  loadOf(model: DeviceModel): number
}

/** Nominal seconds on a device of all layers together: how heavy a model is. */
export function nominalSeconds({ layers }: DeviceModel): number {
  return layers.reduce((sum, { deviceSeconds }) => sum + deviceSeconds, 0)
}
