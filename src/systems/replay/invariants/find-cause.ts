import type { Cause, Violation } from '../../../core/check.ts'
import type { ClientIndex, PlannedClient } from '../../../core/plan.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { traceOf, tracesPerUnit } from '../workload/order-traces.ts'
import { ordersOwn } from './orders-own.ts'

/** So many orders of one client are tried. */
const mostOrders = 3
/** More explanations than this say nothing. */
const mostSuspects = 12

/**
 * What orders leave in a simulated market says whose they are: the one combination of one or two other clients whose
 * orders sum up to it, or, where there are several, those in them as suspects.
 */
export async function findCause(
  { invariant, recipient, received }: Violation,
  clients: readonly PlannedClient<ReplayParams>[],
): Promise<Cause | undefined> {
  const { excess } = (invariant === ordersOwn.name ? received : {}) as { readonly excess?: number }
  if (excess === undefined) return undefined
  const others = clients.map(({ arrival }) => arrival.client).filter((client) => client !== recipient)
  const explanations = explain(excess, others)
  const suspects = [...new Set(explanations.flat())].sort((a, b) => a - b)
  if (suspects.length === 0 || suspects.length > mostSuspects) return undefined
  const told = explanations.map((some) => `orders of ${some.map((client) => `client ${client}`).join(' and ')}`)
  const proof = explanations.length === 1 ? 'unique-difference' : 'suspected'
  return { clients: suspects, proof, message: `${proof === 'suspected' ? '' : 'exactly '}${told.join(', or ')}` }
}

/** Some orders of one client, or one order of each of two. */
function explain(excess: number, clients: readonly ClientIndex[]): readonly (readonly ClientIndex[])[] {
  const alone = clients.filter((client) =>
    Array.from({ length: mostOrders }, (_, i) => ((i + 1) * traceOf(client)) % tracesPerUnit).includes(excess),
  )
  const byTrace = new Map(clients.map((client) => [traceOf(client), client]))
  const pairs = clients.flatMap((client) => {
    const rest = (excess - traceOf(client) + tracesPerUnit) % tracesPerUnit
    const other = byTrace.get(rest)
    return other !== undefined && other > client ? [[client, other]] : []
  })
  return [...alone.map((client) => [client]), ...pairs]
}
