import { setTimeout as delay } from 'node:timers/promises'
import type { Recorder, SimulatedClient } from '../../../core/client.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import type { DeviceModel } from '../params/models.ts'
import type { PlannedDevice } from '../workload/plan-device.ts'
import type { DeviceLink } from './device-link.ts'
import type { DeviceOperations } from './device-operations.ts'
import { runSteps, type Steps, untilSettled } from './steps.ts'

/**
 * A device: it registers, and then in each round sends an image, asks after which layer to stop, runs the layers up to
 * there and reports how long they took. Without a server it goes on alone (LOCAL-ONLY) and tries again in the next round.
 */
export class DeviceClient implements SimulatedClient {
  private readonly device: PlannedDevice
  private readonly link: DeviceLink
  private readonly operations: DeviceOperations
  private readonly params: DevicesParams
  private readonly recorder: Recorder
  /** Name of the assigned model; undefined while the device is not registered. */
  private model: string | undefined

  constructor(
    device: PlannedDevice,
    link: DeviceLink,
    operations: DeviceOperations,
    params: DevicesParams,
    recorder: Recorder,
  ) {
    this.device = device
    this.link = link
    this.operations = operations
    this.params = params
    this.recorder = recorder
  }

  /** A device without a server goes on alone, so that it is no reason to give up. */
  async open(signal: AbortSignal): Promise<boolean> {
    await this.link.open(signal)
    return !signal.aborted
  }

  iterate(iteration: number, signal: AbortSignal): Promise<boolean> {
    return runSteps(this.liveAll(iteration, signal))
  }

  close(): Promise<void> {
    return this.link.close()
  }

  private *liveAll(iteration: number, signal: AbortSignal): Steps<boolean> {
    const { rounds, handedOn } = this.params
    const former = iteration === 0 && handedOn ? this.operations.listFormer() : []
    for (const operation of former) yield* this.link.ask(operation)
    if (this.model === undefined) yield* this.register()
    if (this.device.sendsOversized) yield* this.link.ask(this.operations.oversizedInput())
    if (this.device.forges) yield* this.link.ask(this.operations.decideUnknown())
    for (let i = 0; i < rounds && !signal.aborted; i++) yield* this.live(i, iteration * rounds + i, signal)
    return true
  }

  private *register(): Steps<void> {
    const answer = yield* this.link.ask(this.operations.register())
    this.model = answer?.modelName
  }

  /** One round; `index` counts within the iteration, `round` over all of them. */
  private *live(index: number, round: number, signal: AbortSignal): Steps<void> {
    const { loseServerAt = Number.POSITIVE_INFINITY, loseServerRounds, reRegisterEvery } = this.params
    if (index === loseServerAt) this.leaveReach()
    const isWithinReach = index < loseServerAt || index >= loseServerAt + loseServerRounds
    const isDue = this.model === undefined || (index > 0 && reRegisterEvery > 0 && index % reRegisterEvery === 0)
    if (isWithinReach && isDue) yield* this.register()
    if (isWithinReach && this.model !== undefined) return yield* this.inferWithServer(this.model, round, signal)
    // LOCAL-ONLY: all layers run on the device, and nobody is told.
    this.recorder.fault(this.link.number, 'local-only', { round })
    yield* untilSettled(pause(this.params.thinkTimeMs, signal))
  }

  /** When it is back, the device has to ask anew which model to take. */
  private leaveReach(): void {
    this.link.drop()
    this.model = undefined
  }

  private *inferWithServer(modelName: string, round: number, signal: AbortSignal): Steps<void> {
    const { operations, link, device } = this
    yield* link.ask(operations.input(round))
    if (device.sendsMalformed) yield* link.ask(operations.malformedInput())
    if (device.cancels(round)) yield* link.cancel(operations.decide)
    const decision = yield* link.ask(operations.decide)
    yield* untilSettled(pause(this.params.thinkTimeMs, signal))
    const model = device.findModel(decision?.modelName ?? modelName)
    // Without a decision, or for a model whose layers it does not know, the device runs all layers and tells nobody.
    if (!decision || !model || signal.aborted) return
    yield* this.report(model, round, Math.min(decision.layerIndex, model.layers.length - 1))
    if (device.forges) yield* link.ask(operations.forgedReport(round, model))
    // A suggested model is taken by registering again.
    if (decision.suggestedModel !== undefined) yield* this.register()
  }

  private *report(model: DeviceModel, round: number, layer: number): Steps<void> {
    const report = this.operations.report(round, model, layer)
    yield* this.link.ask(report)
    if (this.device.repeatsReport(round)) yield* this.link.ask({ ...report, name: 'repeated-report' })
  }
}

/** Resolves after the time or at the abort, whichever is first. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {})
}
