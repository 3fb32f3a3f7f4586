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

/** What one simulated device is, measures and sends: a pure function of the plan. Rounds count over all iterations. */
export interface PlannedDevice extends DeviceIds {
  /** By how much its clock is wrong, in milliseconds. */
  readonly clockSkewMs: number
  readonly forges: boolean
  readonly sendsMalformed: boolean
  readonly capabilities: Capabilities | undefined
  /** Undefined for a model that is not on the list of the parameters. */
  findModel(name: string): DeviceModel | undefined
  /** The layer after which it would like to stop in this round. */
  levelAt(model: DeviceModel, round: number): number
  /** Seconds that it needs for each layer of the model in this round, as float32 carries them. */
  timesAt(model: DeviceModel, round: number): readonly number[]
  /** What its camera sees, always the same, with a marker in it. */
  paintImage(): Buffer
  messageIdAt(round: number): string
  /** Stands in what the last layer gives. */
  outputMarkerAt(round: number): Uint8Array
  repeatsReport(round: number): boolean
  cancels(round: number): boolean
}

/** Payload markers: the first is in the image, the others in the reports. */
const imageSequence = 0

/** On a layer up to its level a device is faster than any network, and on one behind it slower than any. */
const fastS = 1e-8
const slowS = 40

export function planDevice({ runId, arrival, params }: PlannedClient<DevicesParams>): PlannedDevice {
  const { indexInGroup: index, client, seed } = arrival
  const mint = createMint(deriveRunKey(runId), 'payload', client)
  const slowness = isChosen(index, params.slowShare, 'slow') ? params.slowFactor : 1
  const draw = (round: number, purpose: number) => mix32(seed ^ mix32(round * 8 + purpose)) / 2 ** 32
  const levelAt = (model: DeviceModel, round: number) => chooseLevel(model, round, client, params)
  return {
    ...chooseIds({ runId, arrival, params }),
    clockSkewMs: isChosen(index, params.clockSkewShare, 'clock') ? params.clockSkewMs * (index % 2 === 0 ? 1 : -1) : 0,
    forges: isChosen(index, params.forgeShare, 'forge'),
    sendsMalformed: isChosen(index, params.malformedShare, 'malformed'),
    capabilities: params.tellCapabilities ? describeHardware(client) : undefined,
    findModel: (name) => params.models.find((model) => model.name === name),
    levelAt,
    timesAt(model, round) {
      const level = levelAt(model, round)
      const own = slowness * (1 + (client % 4096) / 65_536)
      return model.layers.map((_, layer) => Math.fround((layer <= level ? fastS : slowS) * own))
    },
    paintImage: () => paintImage(client, mint(imageSequence)),
    messageIdAt: (round) => spellMessageId(mix32(seed + round)),
    outputMarkerAt: (round) => Buffer.from(mint(imageSequence + 1 + round), 'latin1'),
    repeatsReport: (round) => draw(round, 0) < params.repeatShare,
    cancels: (round) => draw(round, 1) < params.cancelShare,
  }
}

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
