import { HttpError } from '../../../../targets/http-error.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import { clientIdKey } from '../../wire/endpoints.ts'
import type { DevicesServer } from '../devices-server.ts'
import type { Device } from '../fleet/device.ts'

/** The id in the query of a request. Refuses one that names none, or several. */
export function requireClientId({ query }: HttpRequest): string {
  const [id, ...others] = query.getAll(clientIdKey)
  if (!id || others.length > 0) {
    throw new HttpError(400, 'no-client-id', `the query names no device: expected ?${clientIdKey}=…, once`)
  }
  return id
}

/** Refuses an id that nobody registered, or that is expired. */
export function requireDevice(server: DevicesServer, id: string): Device {
  const { registry, defect, settings } = server
  const key = keyOf(server, id)
  const device = registry.find(key, Date.now())
  if (device) return device
  if (defect.acts('unregistered-served')) {
    const added = registry.add(key, id, settings.defaultModel, Date.now())
    if (added) return added
  }
  throw new HttpError(404, 'unknown-client-id', 'no device is registered by that id: register first')
}

/** What a device is kept under. */
export function keyOf({ defect }: DevicesServer, id: string): string {
  return defect.acts('truncated-id') ? id.slice(0, 4) : id
}
