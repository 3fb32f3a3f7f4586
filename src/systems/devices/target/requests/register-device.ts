import { HttpError } from '../../../../targets/http-error.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import { parseRegistration, type RegistrationRequest, registrationReply } from '../../wire/json-bodies.ts'
import type { DevicesServer } from '../devices-server.ts'
import type { Device } from '../fleet/device.ts'
import type { Answered } from './answered.ts'
import { keyOf } from './find-device.ts'

const idPattern = /^[\x21-\x7e]{1,64}$/

/** Makes a device known, or finds it again with all that is known of it, and tells it its model. */
export async function registerDevice(server: DevicesServer, request: HttpRequest): Promise<Answered> {
  const registration = parseRegistration((await request.readBody()).toString('utf8'))
  if (!registration || !idPattern.test(registration.clientId)) {
    const expected = 'expected {"client_id": …} with 1 to 64 printable characters, and capabilities that are numbers'
    throw new HttpError(400, 'malformed-registration', expected)
  }
  const device = findOrAdd(server, registration)
  device.registrations++
  device.capabilities = registration.capabilities ?? device.capabilities
  const { offeredModel } = device
  if (server.defect.acts('forgotten-on-return')) server.registry.changeModel(device, device.model)
  if (offeredModel) server.registry.changeModel(device, offeredModel)
  await server.policy.remember?.(device)
  return { device, body: registrationReply({ clientId: device.id, modelName: device.model.name }) }
}

function findOrAdd(server: DevicesServer, { clientId, capabilities }: RegistrationRequest): Device {
  const { registry, policy } = server
  const key = keyOf(server, clientId)
  const known = registry.find(key, Date.now())
  if (known) return known
  const added = registry.add(key, clientId, policy.assign(clientId, capabilities), Date.now())
  if (added) return added
  throw new HttpError(503, 'no-room', `${registry.size} devices are registered, and there is no room for more`)
}
