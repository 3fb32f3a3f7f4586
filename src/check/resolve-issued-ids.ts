import type { Cause, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { ConcludedChecks, IssuedIds } from './run-checkers.ts'

/**
 * Names whose the server-issued ids are that clients saw and that were not theirs, and finds ids that several clients
 * got as their own. Wants the merged conclusions of the whole run: the owner may live in another thread or shard. An
 * id that nobody proved to be theirs stays nobody's.
 */
export function resolveIssuedIds(checks: ConcludedChecks): ConcludedChecks {
  const holders = new Map<string, IssuedIds[]>()
  for (const issued of checks.issuedIds) {
    for (const id of new Set(issued.ids)) holders.set(id, [...(holders.get(id) ?? []), issued])
  }
  const owners = new Map([...holders].map(([id, issued]) => [id, issued.map(({ client }) => client)]))
  const named = checks.violations.map((violation) => nameOwner(violation, owners))
  const shared = [...holders].filter(([id, { length }]) => length > 1 && isUnique(id)).flatMap(describeShared)
  return {
    ...checks,
    violations: [...named, ...shared.map(({ violation }) => violation)],
    invariants: checks.invariants.map((tally) => {
      const more = shared.filter(({ issued }) => issued.group === tally.group && issued.invariant.name === tally.name)
      return { ...tally, violations: tally.violations + more.length }
    }),
  }
}

/** Random ids never come twice. Others may: a server may number its places, and give a free place to the next client. */
const isUnique = (id: string) => /^[0-9a-f-]{8,}$/i.test(id)

/** One violation for each client but the first; whose the id really was, nobody can tell. */
function describeShared([id, issued]: [string, readonly IssuedIds[]]): { issued: IssuedIds; violation: Violation }[] {
  const clients = issued.map(({ client }) => client)
  return issued.slice(1).map((holder) => ({
    issued: holder,
    violation: {
      invariant: holder.invariant.name,
      kind: holder.invariant.kind,
      class: 'foreign',
      recipient: holder.client,
      issuedId: id,
      cause: { clients, proof: 'suspected', message: describeHolders(id) },
      atMs: 0,
      connection: 0,
      message: `clients ${clients.join(', ')} got the same id as their own: ${id}`,
    },
  }))
}

const describeHolders = (id: string) => `id ${id} was issued to several clients`

function nameOwner(violation: Violation, owners: ReadonlyMap<string, readonly ClientIndex[]>): Violation {
  const { issuedId } = violation
  const clients = issuedId === undefined ? undefined : owners.get(issuedId)
  const [owner, ...others] = clients ?? []
  if (issuedId === undefined || !clients || owner === undefined || violation.owner !== undefined) return violation
  if (others.length > 0) {
    return withCause(violation, { clients, proof: 'suspected', message: describeHolders(issuedId) })
  }
  const message = `id ${issuedId} was issued to client ${owner}`
  return { ...withCause(violation, { clients, proof: 'signature', message }), owner }
}

/** A cause that the checker itself knew stays. */
const withCause = (violation: Violation, cause: Cause): Violation => ({ ...violation, cause: violation.cause ?? cause })
