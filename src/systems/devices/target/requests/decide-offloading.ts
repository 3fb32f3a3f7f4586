import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import { decisionReply } from '../../wire/json-bodies.ts'
import { decideLayer } from '../decision/decide-layer.ts'
import { cacheReply } from '../defects/cache-reply.ts'
import { mislead } from '../defects/mislead.ts'
import { recallIdentity } from '../defects/recall-identity.ts'
import type { DevicesServer } from '../devices-server.ts'
import type { Device } from '../fleet/device.ts'
import type { Answered } from './answered.ts'
import { requireClientId, requireDevice } from './find-device.ts'

/** Tells a device after which layer to stop, and of a model that would suit it or the server better. */
export async function decideOffloading(server: DevicesServer, request: HttpRequest): Promise<Answered> {
  const device = requireDevice(server, recallIdentity(server, request, requireClientId(request)))
  device.polls++
  device.offeredModel = device.suggestedModel
  const { device: decidedFor, means, secondsPerByte } = await mislead(server, device)
  const layer = decideLayer(decidedFor.model, means, secondsPerByte)
  const body = cacheReply(server, describeDecision(server, decidedFor, layer))
  return { device, body, notes: { layer: body['offloading_layer_index'] ?? null } }
}

function describeDecision({ settings }: DevicesServer, device: Device, layer: number) {
  const { model, suggestedModel, polls } = device
  const runsAllLocally = settings.localEvery > 0 && polls % settings.localEvery === 0
  return decisionReply({
    layerIndex: runsAllLocally ? -1 : layer,
    modelName: model.name,
    ...(suggestedModel && { suggestedModel: suggestedModel.name }),
  })
}
