import type { JsonObject } from '../../../core/json.ts'
import type { DeviceModel } from '../params/models.ts'
import type { DevicesServer } from './devices-server.ts'

/**
 * Offers another model to devices of overloaded ones, until each model has its even share of the devices, give or take
 * one. A device sees the offer with its next poll and takes it by registering again; who has an offer counts as moved.
 */
export function rebalance({
  registry,
  settings,
  log,
}: Pick<DevicesServer, 'registry' | 'settings' | 'log'>): JsonObject {
  const { models } = settings
  const loads = new Map(models.map((model) => [model, 0]))
  const change = (model: DeviceModel, by: number) => loads.set(model, (loads.get(model) ?? 0) + by)
  for (const { model, suggestedModel } of registry.all()) change(suggestedModel ?? model, 1)
  const evenShare = Math.ceil(registry.size / models.length)
  const loadOf = (model: DeviceModel) => loads.get(model) ?? 0
  let suggested = 0
  for (const device of registry.all()) {
    if (device.suggestedModel || loadOf(device.model) <= evenShare) continue
    const target = models.reduce((least, model) => (loadOf(model) < loadOf(least) ? model : least))
    if (target === device.model) continue
    device.suggestedModel = target
    change(device.model, -1)
    change(target, 1)
    suggested++
  }
  log.info('rebalance', { suggested, devices: registry.size })
  return { suggested, devices: registry.size }
}
