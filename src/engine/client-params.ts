import type { FaultStep } from '../core/fault.ts'
import type { Arrival, ClientFaults, Plan } from '../core/plan.ts'
import type { Group } from '../core/scenario.ts'
import type { System } from '../core/system.ts'

/**
 * Tells the params of single clients: those of their group, changed by the steps that the scenario's faults have them
 * take. Clients that take the same steps share one object.
 */
export function lookUpParams(plan: Plan, systems: readonly System[]): (arrival: Arrival, group: Group) => unknown {
  const changed = new Map<string, unknown>()
  return ({ client }, group) => {
    const steps = plan.faultsOf(client)?.steps ?? none
    if (steps.length === 0) return group.params
    const key = [group.name, ...steps.map(({ step }) => step)].join(' ')
    const known = changed.get(key)
    if (known !== undefined) return known
    const system = systems.find(({ name }) => name === group.system)
    const params = steps.reduce((before, { step }) => takeStep(system, step, before), group.params)
    changed.set(key, params)
    return params
  }
}

const none: ClientFaults['steps'] = []

/** What the system refuses was refused with the scenario already. */
function takeStep(system: System | undefined, step: FaultStep, params: unknown): unknown {
  const after = system?.takeStep?.(step, params)
  if (after === undefined || typeof after === 'string') throw new Error(`a client cannot take ${step}: ${after}`)
  return after
}
