import type { Violation } from '../core/check.ts'
import type { Plan, PlannedClient } from '../core/plan.ts'
import type { System } from '../core/system.ts'
import { groupsByName } from './groups-by-name.ts'
import { listClients } from './list-clients.ts'

/** How many violations without a known owner are traced to their cause; tracing may derive other clients' data anew. */
const tracedViolations = 40

/** Asks the systems for the cause of violations that carry no marker. The order of the violations stays. */
export async function findCauses(
  violations: readonly Violation[],
  plan: Plan,
  systems: readonly System[],
): Promise<readonly Violation[]> {
  const groups = groupsByName(plan.scenario)
  const arrivals = plan.arrivals()
  const groupOf = new Map(arrivals.map((arrival) => [arrival.client, groups.get(arrival.group)]))

  const clientsOf = new Map<string, readonly PlannedClient[]>()
  const traced: Violation[] = []
  let asked = 0
  for (const violation of violations) {
    const group = violation.recipient === undefined ? undefined : groupOf.get(violation.recipient)
    const findCause = systems.find(({ name }) => name === group?.system)?.findCause
    const known = violation.cause !== undefined || violation.owner !== undefined
    if (!group || !findCause || known || asked >= tracedViolations) {
      traced.push(violation)
      continue
    }
    asked++
    // Witnesses send nothing: no data of theirs can have reached anybody.
    const neighbours =
      clientsOf.get(group.target) ?? listClients(plan, systems, group.target, ({ witness }) => !witness)
    clientsOf.set(group.target, neighbours)
    const cause = await findCause(violation, neighbours)
    traced.push(cause ? { ...violation, ...ownerOf(cause), cause } : violation)
  }
  return traced
}

/** A proven cause with one client says whose data it was. */
function ownerOf(cause: NonNullable<Violation['cause']>): Pick<Violation, 'owner'> {
  const [owner, ...others] = cause.clients
  return cause.proof === 'suspected' || owner === undefined || others.length > 0 ? {} : { owner }
}
