import type { ClientIndex, Plan } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { groupsByName } from './groups-by-name.ts'

/** For each client what it shares with others on which a server might mix them up: its keys at its target, if any. */
export function identifyPlaces(plan: Plan, systems: readonly System[]): (client: ClientIndex) => string | undefined {
  const groups = groupsByName(plan.scenario)
  const places = new Map<ClientIndex, string>()
  for (const arrival of plan.arrivals()) {
    const group = groups.get(arrival.group)
    if (!group || group.witness) continue
    const { params, target } = group
    const keys = systems
      .find(({ name }) => name === group.system)
      ?.identifyKeys?.({ runId: plan.runId, arrival, params })
    if (keys !== undefined) places.set(arrival.client, `${target} ${keys}`)
  }
  return (client) => places.get(client)
}

/** Whether at least two clients are planned that share keys, so that a run in which none met has missed something. */
export function planSharesKeys(plan: Plan, placeOf: (client: ClientIndex) => string | undefined): boolean {
  const seen = new Set<string>()
  return plan.arrivals().some(({ client }) => {
    const place = placeOf(client)
    if (place === undefined) return false
    if (seen.has(place)) return true
    seen.add(place)
    return false
  })
}
