import type { Cause, Traces, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { ConcludedChecks } from './run-checkers.ts'

/** More suspects than this say nothing. */
const mostSuspects = 12

interface Deed {
  readonly client: ClientIndex
  readonly atMs: number
}

/**
 * Names who did what a violation carries the traces of: by its own way of doing it where it was a single client, else as
 * suspects by the time. Where nobody did it in the time in question, its own way tells as well who did it before. Wants the merged conclusions of the whole run, and reaches no further than one target.
 */
export function resolveTraces(checks: ConcludedChecks, targetOf: (client: ClientIndex) => string): ConcludedChecks {
  if (!checks.violations.some(({ traces }) => traces)) return checks
  const deeds = collectDeeds(checks, targetOf)
  const resolve = (violation: Violation): Violation => {
    const { traces, recipient, cause, owner } = violation
    if (!traces || recipient === undefined || cause || owner !== undefined) return violation
    const place = targetOf(recipient)
    const done = traces.whats.flatMap((what) => deeds.get(keyOf(place, what))?.map((deed) => ({ what, ...deed })) ?? [])
    const before = done.filter(({ client, atMs }) => client !== recipient && atMs <= violation.atMs)
    const inTime = before.filter(({ atMs }) => atMs >= traces.sinceMs)
    // Who was told of another's session instead of the own one may see what that other did long ago.
    return nameDoers(violation, traces, inTime.length === 0 && traces.isSignature ? before : inTime)
  }
  return { ...checks, violations: checks.violations.map(resolve) }
}

function collectDeeds(
  { influences }: ConcludedChecks,
  targetOf: (client: ClientIndex) => string,
): ReadonlyMap<string, readonly Deed[]> {
  const deeds = new Map<string, Deed[]>()
  for (const { client, influences: own } of influences) {
    const place = targetOf(client)
    for (const { what, atMs } of own) {
      const key = keyOf(place, what)
      const known = deeds.get(key)
      if (known) known.push({ client, atMs })
      else deeds.set(key, [{ client, atMs }])
    }
  }
  return deeds
}

const keyOf = (place: string, what: string) => `${place}\u0000${what}`

function nameDoers(
  violation: Violation,
  { isSignature }: Traces,
  deeds: readonly (Deed & { readonly what: string })[],
): Violation {
  const latest = new Map<ClientIndex, { readonly what: string; readonly atMs: number }>()
  for (const { client, what, atMs } of deeds) {
    if (atMs >= (latest.get(client)?.atMs ?? 0)) latest.set(client, { what, atMs })
  }
  if (latest.size === 0 || latest.size > mostSuspects) return violation
  const clients = [...latest.keys()].sort((a, b) => a - b)
  const told = clients.map((client) => {
    const { what, atMs } = latest.get(client) as { what: string; atMs: number }
    return `client ${client} ${what} ${formatBefore(violation.atMs - atMs)} before`
  })
  const [only, ...more] = clients
  const isSure = isSignature && more.length === 0
  const cause: Cause = {
    clients,
    proof: isSure ? 'signature' : 'suspected',
    message: isSure ? `only ${told[0]}` : told.join(', '),
  }
  return { ...violation, cause, ...(isSure && only !== undefined && { owner: only }) }
}

const formatBefore = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)
