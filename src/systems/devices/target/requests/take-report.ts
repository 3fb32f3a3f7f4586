import { HttpError } from '../../../../targets/http-error.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import { clientIdKey } from '../../wire/endpoints.ts'
import { type InferenceRecord, parseRecord } from '../../wire/inference-record.ts'
import { resultReply } from '../../wire/json-bodies.ts'
import type { Transfer } from '../decision/network-pace.ts'
import { isTakenForRepeated, spreadReport } from '../defects/spread-report.ts'
import type { DevicesServer } from '../devices-server.ts'
import { type Device, digestBody } from '../fleet/device.ts'
import type { Answered } from './answered.ts'
import { keyOf, requireClientId, requireDevice } from './find-device.ts'

/** Takes the times of one inference; whose they are may be said in the body alone. */
export async function takeReport(server: DevicesServer, request: HttpRequest): Promise<Answered> {
  const claimed = request.query.has(clientIdKey) ? requireClientId(request) : undefined
  const claimant = claimed === undefined ? undefined : requireDevice(server, claimed)
  const body = await request.readBody()
  const receivedS = (performance.timeOrigin + performance.now()) / 1000
  const parsed = parseRecord(body)
  if (!('record' in parsed)) {
    const message = `${parsed.problem} (byte ${parsed.offset})`
    throw new HttpError(400, 'malformed-record', message, { offset: parsed.offset })
  }
  const { record } = parsed
  if (claimed !== undefined && keyOf(server, claimed) !== keyOf(server, record.clientId)) {
    if (!server.defect.acts('id-not-compared')) {
      throw new HttpError(403, 'foreign-client-id', 'the record is of another device than the query names')
    }
  }
  const device = claimant?.id === record.clientId ? claimant : requireDevice(server, record.clientId)
  checkLayers(device, record)
  if (isTakenForRepeated(server, record.messageId)) {
    return { device, body: resultReply({ transferSeconds: 0, transferClamped: false }), notes: { repeated: true } }
  }
  const transfer = credit(server, device, record, receivedS, body)
  return {
    device,
    body: resultReply({ transferSeconds: transfer.seconds, transferClamped: transfer.clamped }),
    notes: { messageId: record.messageId, ...(transfer.clamped && { transferClamped: transfer.seconds }) },
  }
}

/** The record itself does not know how many layers the device's model has. */
function checkLayers({ model }: Device, { layerIndex, layerSeconds }: InferenceRecord): void {
  const layers = model.layers.length
  if (layerIndex >= layers || (layerIndex === -1 && layerSeconds.length !== layers)) {
    const message = `the model ${model.name} has layers 0…${layers - 1}, and the record tells of other ones`
    throw new HttpError(400, 'wrong-layers', message, { layers })
  }
}

function credit(
  server: DevicesServer,
  device: Device,
  record: InferenceRecord,
  receivedS: number,
  body: Buffer,
): Transfer {
  device.reports++
  device.lastReport = digestBody(body)
  device.means.take(record.layerSeconds)
  const transfer = device.pace.take(receivedS - record.timeS, body.length)
  device.suggestedModel ??= server.policy.reconsider?.(device)
  spreadReport(server, device, record.layerSeconds, transfer, body.length)
  return transfer
}
