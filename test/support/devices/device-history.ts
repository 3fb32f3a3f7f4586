import type { Checker, Conclusion } from '../../../src/core/check.ts'
import type { Json, JsonObject } from '../../../src/core/json.ts'
import type { ClientIndex, PlannedClient } from '../../../src/core/plan.ts'
import { type DevicesParams, devicesParams } from '../../../src/systems/devices/params/devices-params.ts'
import { createEventList } from '../event-list.ts'

export function parseParams(input: JsonObject = {}): DevicesParams {
  const parsed = devicesParams.parse(input)
  if ('value' in parsed) return parsed.value
  throw new Error(JSON.stringify(parsed.problems))
}

/** Client 1 of a group in which it is the second. */
export function planClient(params: JsonObject = {}, client = 1): PlannedClient<DevicesParams> {
  const arrival = { client: client as ClientIndex, group: 'devices', indexInGroup: client, seed: 7, scheduledAtMs: 0 }
  return { runId: 'run', arrival, params: parseParams(params) }
}

/** Writes the history of one device by hand, as its client would record it. */
export class DeviceHistory {
  readonly list = createEventList(1)
  private readonly connection = this.list.recorder.opened('device')

  /** An operation and the answer to it. `tookMs` goes by the clock of the history alone. */
  ask(operation: string, sent: Json, answer: JsonObject | null, errorCode?: string, tookMs = 0): this {
    const { recorder } = this.list
    const operationId = recorder.invoke(this.connection, operation, sent)
    const atMs = recorder.now() + tookMs
    const outcome = errorCode === undefined ? 'ok' : answer ? 'failed' : 'indeterminate'
    const value = answer && { status: errorCode === undefined ? 200 : 404, ...answer }
    recorder.complete(operationId, outcome, value, errorCode === undefined ? { atMs } : { atMs, errorCode })
    return this
  }

  register(clientId: string, model = 'fomo_96x96'): this {
    return this.ask('register', { clientId }, { clientId, model, names: [clientId] })
  }

  decide(layer: number, more: JsonObject = {}): this {
    return this.ask('decide', null, { layer, ...more })
  }

  report(round: number, layer: number, errorCode?: string, operation = 'report'): this {
    const sent = { round, model: 'fomo_96x96', layer, bytes: 1000 }
    return this.ask(operation, sent, errorCode === undefined ? { transferSeconds: 0.001 } : null, errorCode)
  }

  judge(checker: Checker): Conclusion {
    for (const event of this.list.events) checker.observe?.(event)
    return checker.conclude()
  }
}
