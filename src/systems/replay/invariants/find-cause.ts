import type { Cause, Violation } from '../../../core/check.ts'
import type { PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { traceOf } from '../workload/order-traces.ts'
import { ordersOwn } from './orders-own.ts'

/** What orders leave in a simulated market says whose they are, where a single one of another client is in it. */
export async function findCause(
  { invariant, recipient, received }: Violation,
  clients: readonly PlannedClient<ReplayParams>[],
): Promise<Cause | undefined> {
  const { excess } = (invariant === ordersOwn.name ? received : {}) as { readonly excess?: number }
  if (excess === undefined) return undefined
  const owner = clients.find(({ arrival }) => arrival.client !== recipient && traceOf(arrival.client) === excess)
  if (!owner) return undefined
  const { client } = owner.arrival
  return { clients: [client], proof: 'signature', message: `quantities of client ${client} end in ${excess}` }
}
