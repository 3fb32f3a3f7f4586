import type { Cause, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { ConcludedChecks } from './run-checkers.ts'

/**
 * Names whose the server-issued ids are that clients saw and that were not theirs. Wants the merged conclusions of the
 * whole run: the owner may live in another thread or shard. An id that nobody proved to be theirs stays nobody's.
 */
export function resolveIssuedIds(checks: ConcludedChecks): ConcludedChecks {
  const owners = new Map<string, ClientIndex[]>()
  for (const { client, ids } of checks.issuedIds) {
    for (const id of new Set(ids)) owners.set(id, [...(owners.get(id) ?? []), client])
  }
  return { ...checks, violations: checks.violations.map((violation) => nameOwner(violation, owners)) }
}

function nameOwner(violation: Violation, owners: ReadonlyMap<string, readonly ClientIndex[]>): Violation {
  const { issuedId } = violation
  const clients = issuedId === undefined ? undefined : owners.get(issuedId)
  const [owner, ...others] = clients ?? []
  if (clients === undefined || owner === undefined || violation.owner !== undefined) return violation
  if (others.length > 0) {
    return withCause(violation, {
      clients,
      proof: 'suspected',
      message: `id ${issuedId} was issued to several clients`,
    })
  }
  const message = `id ${issuedId} was issued to client ${owner}`
  return { ...withCause(violation, { clients, proof: 'signature', message }), owner }
}

/** A cause that the checker itself knew stays. */
const withCause = (violation: Violation, cause: Cause): Violation => ({ ...violation, cause: violation.cause ?? cause })
