import type { JsonObject } from '../../../core/json.ts'
import { HttpError } from '../../../targets/http-error.ts'
import { clientIdKey } from '../wire/endpoints.ts'
import type { DevicesServer } from './devices-server.ts'
import type { Device } from './fleet/device.ts'
import { keyOf } from './requests/find-device.ts'

/** What `/stats` tells the operator: totals and every device, or with `?client_id=…` that device alone. */
export function describeFleet(server: DevicesServer, query: URLSearchParams): JsonObject {
  const { registry, settings, slots, replies } = server
  const wanted = query.get(clientIdKey)
  if (wanted !== null) {
    const device = registry.peek(keyOf(server, wanted))
    if (device) return describeDevice(server, device)
    throw new HttpError(404, 'unknown-client-id', 'no device is registered by that id')
  }
  const described = [...registry.all()].map((device) => [device.id, describeDevice(server, device)] as const)
  return {
    registered: registry.size,
    expired: registry.expired,
    waiting: slots.waitingCount,
    models: Object.fromEntries(settings.models.map((model) => [model.name, registry.loadOf(model)])),
    replies: Object.fromEntries([...replies].map(([status, count]) => [String(status), count])),
    devices: Object.fromEntries(described),
  }
}

function describeDevice({ defect, shared }: DevicesServer, device: Device): JsonObject {
  const described = device.describe()
  if (!shared.lastInput || !defect.acts('shared-input-file')) return described
  return { ...described, lastInput: device.lastInput ? { ...shared.lastInput } : null }
}
