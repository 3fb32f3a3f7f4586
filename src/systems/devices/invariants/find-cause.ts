import type { Cause, Violation } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { DevicesParams } from '../params/devices-params.ts'
import { planDevice } from '../workload/plan-device.ts'
import { decisionOwn } from './decision-own.ts'

/** More suspects than this say nothing. */
const mostSuspects = 12

/**
 * A wrong decision carries no marker, but it is where some other devices want to stop: those are its candidates, and a
 * single one is known by it.
 */
export async function findCause(
  violation: Violation,
  clients: readonly PlannedClient<DevicesParams>[],
): Promise<Cause | undefined> {
  if (violation.invariant !== decisionOwn.name) return undefined
  const { layer, model, round } = (violation.received ?? {}) as { layer?: number; model?: string; round?: number }
  if (layer === undefined || model === undefined || round === undefined) return undefined
  const others = clients.filter(({ arrival }) => arrival.client !== violation.recipient)
  const suspects = others.filter((client) => stopsAt(client, model, layer, round)).map(({ arrival }) => arrival.client)
  if (suspects.length === 0 || suspects.length > mostSuspects) return undefined
  const [only, ...more] = suspects
  const message = `layer ${layer} is where ${more.length === 0 ? `client ${only} wants` : `clients ${suspects.join(', ')} want`} to stop`
  return { clients: suspects, proof: more.length === 0 ? 'signature' : 'suspected', message }
}

/** Devices are in about the same round; each goes down a level now and then. */
function stopsAt(client: PlannedClient<DevicesParams>, modelName: string, layer: number, round: number): boolean {
  const device = planDevice(client)
  const model = device.findModel(modelName)
  const step = client.params.changeLevelEvery
  const nearby = [round - step, round, round + step].filter((near) => near >= 0)
  return model !== undefined && nearby.some((near) => device.levelAt(model, near) === layer)
}
