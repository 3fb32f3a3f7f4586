import type { HttpRequest } from '../../../transport/http-connection.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import type { DeviceModel } from '../params/models.ts'
import { withClientId } from '../wire/endpoints.ts'
import { encodeRecord } from '../wire/inference-record.ts'
import {
  type DecisionReply,
  encodeRegistration,
  parseDecisionReply,
  parseRegistrationReply,
  parseResultReply,
  type RegistrationReply,
  type ResultReply,
} from '../wire/json-bodies.ts'
import { listReportedTimes, type PlannedDevice } from '../workload/plan-device.ts'
import type { Operation } from './device-link.ts'

/** What one device asks of its server. Requests that stay the same are built once. */
export interface DeviceOperations {
  readonly register: Operation<RegistrationReply>
  readonly decide: Operation<DecisionReply>
  /** Asks for the decision of a device that nobody has registered. */
  readonly decideUnknown: Operation<DecisionReply>
  /** An image that ends in the middle. */
  malformedInput(): Operation<ResultReply>
  input(round: number): Operation<ResultReply>
  /** `layer` is what the device was told: the last layer that it ran, or -1 for all. */
  report(round: number, model: DeviceModel, layer: number): Operation<ResultReply>
  /** A report in a neighbour's name: its id in the record, the own one in the query. */
  forgedReport(round: number, model: DeviceModel): Operation<ResultReply>
}

type Params = Pick<DevicesParams, 'endpoints' | 'reportId'>

/** `basePath` is the path of the target's URL, such as `/api`. */
export function createOperations(
  device: PlannedDevice,
  { endpoints, reportId }: Params,
  basePath: string,
): DeviceOperations {
  const { clientId, neighbourId, unknownId, capabilities } = device
  const pathOf = (endpoint: string, id?: string) => withClientId(basePath + endpoint, id)
  const inputPath = pathOf(endpoints.deviceInput, clientId)
  const ownReportPath = pathOf(endpoints.deviceInferenceResult, clientId)
  const reportPath = reportId === 'body' ? pathOf(endpoints.deviceInferenceResult) : ownReportPath
  const decideAs = (id: string) => ({
    request: { method: 'GET', path: pathOf(endpoints.offloadingLayer, id) } as const,
    value: null,
    read: parseDecisionReply,
    describe: describeDecision,
  })
  const encodeReport = (id: string, round: number, model: DeviceModel, layer: number) =>
    encodeRecord({
      timeS: (Date.now() + device.clockSkewMs) / 1000,
      clientId: id,
      messageId: device.messageIdAt(round),
      layerIndex: layer,
      output: fillOutput(device.outputMarkerAt(round), model.layers[layer]?.outputBytes ?? 0),
      layerSeconds: Float32Array.from(listReportedTimes(device, model, round, layer)),
    })

  return {
    register: {
      name: 'register',
      request: {
        method: 'POST',
        path: pathOf(endpoints.registration),
        headers: { 'content-type': 'application/json' },
        body: encodeRegistration({ clientId, ...(capabilities && { capabilities }) }),
      },
      value: { clientId },
      read: parseRegistrationReply,
      describe: ({ clientId: echoed, modelName }) => ({ clientId: echoed, model: modelName }),
    },
    decide: { ...decideAs(clientId), name: 'decide' },
    decideUnknown: { ...decideAs(unknownId), name: 'decide-unknown', isForbidden: true },
    malformedInput: () => ({
      ...acknowledged,
      name: 'malformed-input',
      request: post(inputPath, device.paintImage().subarray(0, 1000)),
      value: null,
      isForbidden: true,
    }),
    input: (round) => ({
      ...acknowledged,
      name: 'input',
      request: post(inputPath, device.paintImage()),
      value: { round },
    }),
    report(round, model, layer) {
      const body = encodeReport(clientId, round, model, layer)
      const value = { round, model: model.name, layer, bytes: body.length }
      return { ...acknowledged, name: 'report', request: post(reportPath, body), value }
    },
    forgedReport: (round, model) => ({
      ...acknowledged,
      name: 'forged-report',
      request: post(ownReportPath, encodeReport(neighbourId, round, model, 0)),
      value: { round, neighbourId },
      isForbidden: true,
    }),
  }
}

const post = (path: string, body: Uint8Array): HttpRequest => ({ method: 'POST', path, headers: binary, body })
const binary = { 'content-type': 'application/octet-stream' }
const acknowledged = { read: parseResultReply, describe: (reply: ResultReply) => ({ ...reply }) }

const describeDecision = ({ layerIndex, modelName, suggestedModel }: DecisionReply) => ({
  layer: layerIndex,
  ...(modelName !== undefined && { model: modelName }),
  ...(suggestedModel !== undefined && { suggestedModel }),
})

/** What the layer puts out: the marker, over and over, read as numbers. */
function fillOutput(marker: Uint8Array, bytes: number): Float32Array {
  const output = Buffer.alloc(bytes - (bytes % 4), marker)
  return new Float32Array(output.buffer, output.byteOffset, output.length / 4)
}
