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
import type { AnswerFields, Operation } from './device-link.ts'

const oversizedBytes = 2 ** 20

type Params = Pick<DevicesParams, 'endpoints' | 'reportId'>

/** What one device asks of its server. The polls, of which there are most, are built once. */
export class DeviceOperations {
  readonly decide: Operation<DecisionReply>
  private readonly device: PlannedDevice
  private readonly params: Params
  /** The path of the target's URL, such as `/api`. */
  private readonly basePath: string

  constructor(device: PlannedDevice, params: Params, basePath: string) {
    this.device = device
    this.params = params
    this.basePath = basePath
    this.decide = this.decideAs('decide', device.clientId)
  }

  register(): Operation<RegistrationReply> {
    return this.registerAs('register', this.device.clientId)
  }

  /** What the device does whose connection this one takes over. */
  listFormer(): readonly Operation<unknown>[] {
    const { formerId } = this.device
    return [this.registerAs('former-register', formerId), this.decideAs('former-decide', formerId)]
  }

  /** Asks for the decision of a device that nobody has registered. */
  decideUnknown(): Operation<DecisionReply> {
    return { ...this.decideAs('decide-unknown', this.device.unknownId), isForbidden: true }
  }

  input(round: number): Operation<ResultReply> {
    const request = post(this.pathOf('deviceInput', this.device.clientId), this.device.paintImage())
    return { ...acknowledged, name: 'input', request, value: { round } }
  }

  /** An image that ends in the middle. */
  malformedInput(): Operation<ResultReply> {
    const half = this.device.paintImage().subarray(0, 1000)
    const request = post(this.pathOf('deviceInput', this.device.clientId), half)
    return { ...acknowledged, name: 'malformed-input', request, value: null, isForbidden: true }
  }

  /** An image many times as large as any is. */
  oversizedInput(): Operation<ResultReply> {
    const request = post(this.pathOf('deviceInput', this.device.clientId), Buffer.alloc(oversizedBytes))
    return { ...acknowledged, name: 'oversized-input', request, value: null, isForbidden: true }
  }

  /** `layer` is what the device was told: the last layer that it ran, or -1 for all. */
  report(round: number, model: DeviceModel, layer: number): Operation<ResultReply> {
    const { clientId } = this.device
    const body = this.encodeReport(clientId, round, model, layer)
    const named = this.params.reportId === 'body' ? undefined : clientId
    const request = post(this.pathOf('deviceInferenceResult', named), body)
    return { ...acknowledged, name: 'report', request, value: { round, model: model.name, layer, bytes: body.length } }
  }

  /** A report in a neighbour's name: its id in the record, the own one in the query. */
  forgedReport(round: number, model: DeviceModel): Operation<ResultReply> {
    const { clientId, neighbourId } = this.device
    const body = this.encodeReport(neighbourId, round, model, 0)
    const request = post(this.pathOf('deviceInferenceResult', clientId), body)
    return { ...acknowledged, name: 'forged-report', request, value: { round, neighbourId }, isForbidden: true }
  }

  private registerAs(name: string, clientId: string): Operation<RegistrationReply> {
    const { capabilities } = this.device
    const request: HttpRequest = {
      method: 'POST',
      path: this.pathOf('registration'),
      headers: json,
      body: encodeRegistration({ clientId, ...(capabilities && { capabilities }) }),
    }
    return { ...registered, name, request, value: { clientId } }
  }

  private decideAs(name: string, id: string): Operation<DecisionReply> {
    const request: HttpRequest = { method: 'GET', path: this.pathOf('offloadingLayer', id) }
    return { name, request, value: null, read: parseDecisionReply, describe: describeDecision }
  }

  private encodeReport(id: string, round: number, model: DeviceModel, layer: number): Uint8Array {
    const { device } = this
    return encodeRecord({
      timeS: (Date.now() + device.clockSkewMs) / 1000,
      clientId: id,
      messageId: device.messageIdAt(round),
      layerIndex: layer,
      output: fillOutput(device.outputMarkerAt(round), model.layers[layer]?.outputBytes ?? 0),
      layerSeconds: Float32Array.from(listReportedTimes(device, model, round, layer)),
    })
  }

  private pathOf(endpoint: keyof Params['endpoints'], id?: string): string {
    return withClientId(this.basePath + this.params.endpoints[endpoint], id)
  }
}

const post = (path: string, body: Uint8Array): HttpRequest => ({ method: 'POST', path, headers: binary, body })
const binary = { 'content-type': 'application/octet-stream' }
const json = { 'content-type': 'application/json' }

const registered = {
  read: parseRegistrationReply,
  describe: ({ clientId, modelName }: RegistrationReply, status: number): AnswerFields => ({
    status,
    clientId,
    model: modelName,
  }),
}

const acknowledged = {
  read: parseResultReply,
  describe: (reply: ResultReply, status: number): AnswerFields => ({ status, ...reply }),
}

function describeDecision({ layerIndex, modelName, suggestedModel }: DecisionReply, status: number): AnswerFields {
  const told: AnswerFields =
    modelName === undefined ? { status, layer: layerIndex } : { status, layer: layerIndex, model: modelName }
  return suggestedModel === undefined ? told : { ...told, suggestedModel }
}

/** What the layer puts out: the marker, over and over, read as numbers. */
function fillOutput(marker: Uint8Array, bytes: number): Float32Array {
  const output = Buffer.alloc(bytes - (bytes % 4), marker)
  return new Float32Array(output.buffer, output.byteOffset, output.length / 4)
}
