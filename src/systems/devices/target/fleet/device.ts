import { crc32 } from 'node:zlib'
import type { JsonObject } from '../../../../core/json.ts'
import type { DeviceModel } from '../../params/models.ts'
import type { Capabilities } from '../../wire/json-bodies.ts'
import { LayerMeans } from '../decision/layer-means.ts'
import { NetworkPace } from '../decision/network-pace.ts'

/** What was received last, told in a few bytes. */
export interface BodyDigest {
  readonly bytes: number
  /** CRC-32 (as in zlib) of the whole body, 8 hexadecimal digits. */
  readonly crc32: string
}

export function digestBody(body: Buffer): BodyDigest {
  return { bytes: body.length, crc32: crc32(body).toString(16).padStart(8, '0') }
}

/** All that the server knows of one device. */
export class Device {
  readonly id: string
  readonly pace = new NetworkPace()
  model: DeviceModel
  means: LayerMeans
  /** Offered with every poll. */
  suggestedModel: DeviceModel | undefined
  /** What a poll has offered: only that is taken when the device registers again, for it must know what it takes. */
  offeredModel: DeviceModel | undefined
  capabilities: Capabilities | undefined
  lastSeenMs: number
  registrations = 0
  inputs = 0
  polls = 0
  reports = 0
  lastInput: BodyDigest | undefined
  lastReport: BodyDigest | undefined

  constructor(id: string, model: DeviceModel, nowMs: number) {
    this.id = id
    this.model = model
    this.means = new LayerMeans(model)
    this.lastSeenMs = nowMs
  }

  /** The layers' means begin anew: they were of another model. */
  changeModel(model: DeviceModel): void {
    this.model = model
    this.means = new LayerMeans(model)
    this.suggestedModel = undefined
    this.offeredModel = undefined
  }

  /** For the operator. */
  describe(): JsonObject {
    return {
      model: this.model.name,
      suggestedModel: this.suggestedModel?.name ?? null,
      timesSeen: this.registrations + this.inputs + this.polls + this.reports,
      lastSeen: new Date(this.lastSeenMs).toISOString(),
      registrations: this.registrations,
      inputs: this.inputs,
      polls: this.polls,
      reports: this.reports,
      clampedTransfers: this.pace.clampedTransfers,
      lastInput: this.lastInput ? { ...this.lastInput } : null,
      lastReport: this.lastReport ? { ...this.lastReport } : null,
    }
  }
}
