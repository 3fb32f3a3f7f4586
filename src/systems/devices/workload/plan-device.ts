import { mix32 } from '../../../core/hash.ts'
import { createMint, deriveRunKey } from '../../../core/marker.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import type { DeviceModel } from '../params/models.ts'
import type { Capabilities } from '../wire/json-bodies.ts'
import { chooseIds, type DeviceIds } from './choose-ids.ts'
import { listLevels } from './decision-levels.ts'
import { isChosen } from './is-chosen.ts'
import { paintImage } from './paint-image.ts'

/** Payload markers: the first is in the image, the others in the reports. */
const imageSequence = 0

/** On a layer up to its level a device is faster than any network, and on one behind it slower than any. */
const fastS = 1e-8
const slowS = 40

/**
 * What one simulated device is, measures and sends: a pure function of the plan. Rounds count over all iterations. There
 * may be thousands, each planned by its client and by its checkers, so that little is kept and the rest derived anew.
 */
export class PlannedDevice implements DeviceIds {
  readonly clientId: string
  private readonly planned: PlannedClient<DevicesParams>

  constructor(planned: PlannedClient<DevicesParams>) {
    this.clientId = chooseIds(planned).clientId
    this.planned = planned
  }

  get neighbourId(): string {
    return chooseIds(this.planned).neighbourId
  }

  get unknownId(): string {
    return chooseIds(this.planned).unknownId
  }

  /** By how much its clock is wrong, in milliseconds. */
  get clockSkewMs(): number {
    const { clockSkewShare, clockSkewMs } = this.planned.params
    const ahead = this.planned.arrival.indexInGroup % 2 === 0
    return this.isChosen(clockSkewShare, 'clock') ? clockSkewMs * (ahead ? 1 : -1) : 0
  }

  get forges(): boolean {
    return this.isChosen(this.planned.params.forgeShare, 'forge')
  }

  get sendsMalformed(): boolean {
    return this.isChosen(this.planned.params.malformedShare, 'malformed')
  }

  get sendsOversized(): boolean {
    return this.isChosen(this.planned.params.oversizedShare, 'oversized')
  }

  /** An id of its own, of the device whose connection it takes over. */
  get formerId(): string {
    return chooseIds(this.planned).formerId
  }

  get capabilities(): Capabilities | undefined {
    const { params, arrival } = this.planned
    return params.tellCapabilities ? describeHardware(arrival.client) : undefined
  }

  /** Undefined for a model that is not on the list of the parameters. */
  findModel(name: string): DeviceModel | undefined {
    return this.planned.params.models.find((model) => model.name === name)
  }

  /** The layer after which it would like to stop in this round. */
  levelAt(model: DeviceModel, round: number): number {
    const { params, arrival } = this.planned
    return chooseLevel(model, round, arrival.client, params)
  }

  /** Seconds that it needs for each layer of the model in this round, as float32 carries them. */
  timesAt(model: DeviceModel, round: number): readonly number[] {
    const { params, arrival } = this.planned
    const level = this.levelAt(model, round)
    const slowness = this.isChosen(params.slowShare, 'slow') ? params.slowFactor : 1
    const own = slowness * (1 + (arrival.client % 4096) / 65_536)
    return model.layers.map((_, layer) => Math.fround((layer <= level ? fastS : slowS) * own))
  }

  /** What its camera sees, always the same, with a marker in it. */
  paintImage(): Buffer {
    return paintImage(this.planned.arrival.client, this.mint(imageSequence))
  }

  /** Of colliding devices two by two have the same. */
  messageIdAt(round: number): string {
    const { arrival, params } = this.planned
    const seed = params.cohort === 'colliding' ? arrival.client >>> 1 : arrival.seed
    return spellMessageId(mix32(seed + round))
  }

  /** Stands in what the last layer gives. */
  outputMarkerAt(round: number): Uint8Array {
    return Buffer.from(this.mint(imageSequence + 1 + round), 'latin1')
  }

  repeatsReport(round: number): boolean {
    return this.draw(round, 0) < this.planned.params.repeatShare
  }

  cancels(round: number): boolean {
    return this.draw(round, 1) < this.planned.params.cancelShare
  }

  private isChosen(share: number, purpose: string): boolean {
    return isChosen(this.planned.arrival.indexInGroup, share, purpose)
  }

  private mint(sequence: number): string {
    const { runId, arrival } = this.planned
    return createMint(deriveRunKey(runId), 'payload', arrival.client)(sequence)
  }

  private draw(round: number, purpose: number): number {
    return mix32(this.planned.arrival.seed ^ mix32(round * 8 + purpose)) / 2 ** 32
  }
}

export const planDevice = (planned: PlannedClient<DevicesParams>): PlannedDevice => new PlannedDevice(planned)

/** So often a device goes down a level: where all went on to the lowest, wrong decisions would look like right ones. */
const levelChanges = 2

/**
 * Neighbours begin at different levels, and each goes down a level now and then: a single report of slow layers takes
 * effect at once, while many fast ones would be needed to make up for a slow one.
 */
function chooseLevel(model: DeviceModel, round: number, client: number, params: DevicesParams): number {
  const levels = listLevels(model.layers, params.decisionLevels)
  const first = levels.length - 1 - (client % Math.max(1, levels.length - 1))
  const changes = Math.min(levelChanges, Math.floor(round / params.changeLevelEvery))
  return levels[Math.max(0, first - changes)] ?? 0
}

/** What a report holds of a round whose decision was `layer`: the times of all layers that ran. -1: all of them. */
export function listReportedTimes(
  device: PlannedDevice,
  model: DeviceModel,
  round: number,
  layer: number,
): readonly number[] {
  const times = device.timesAt(model, round)
  return layer < 0 ? times : times.slice(0, layer + 1)
}

/** Three classes of boards. */
function describeHardware(client: number): Capabilities {
  const factor = 1 + (client % 3)
  return { memoryKb: 256 * factor, cpuMhz: 120 * factor, cameraPixels: 96 }
}

const messageIdCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

function spellMessageId(value: number): string {
  let text = ''
  for (let rest = value; text.length < 4; rest = Math.floor(rest / 36)) text += messageIdCharacters[rest % 36]
  return text
}
