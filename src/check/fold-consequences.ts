import type { Finding, Proof, Violation } from '../core/check.ts'
import type { ClientIndex } from '../core/plan.ts'
import { groupLinked } from './group-linked.ts'
import { kindsByGravity } from './verdict.ts'
import { countOf } from './violation-log.ts'

const maxExamples = 5

/** Surest first. */
const proofs: readonly (Proof | undefined)[] = ['marker', 'unique-difference', 'signature', 'suspected', undefined]

/**
 * Tells one leak once, with all that it broke. Violations of one invariant and class belong together, and so do those of
 * one recipient's connection; what else went wrong later for the recipients and owners of a leak is its consequence.
 * Nothing gets lost: counts and invariants of a finding are those of all that was folded into it. The result does not
 * depend on the order of the violations.
 */
export function foldConsequences(violations: readonly Violation[]): Finding[] {
  const inTime = [...violations].sort(compareInTime)
  const leaks = groupAlike(inTime.filter(({ kind }) => kind === 'isolation'))
  const leakOf = createLeakFinder(leaks)
  const rest: Violation[] = []
  for (const violation of inTime) {
    if (violation.kind === 'isolation') continue
    const leak = leakOf(violation)
    if (leak) leak.push(violation)
    else rest.push(violation)
  }
  return [...leaks, ...groupAlike(rest)].map(describeFinding).sort(compareFindings)
}

function groupAlike(violations: readonly Violation[]): Violation[][] {
  return groupLinked(violations, ({ invariant, class: type, recipient, connection }) => [
    `${invariant} ${type}`,
    ...(recipient === undefined ? [] : [`client ${recipient} ${connection}`]),
  ])
}

/** Finds the leak that a violation may follow from: the first that touched its client and had begun by then. */
function createLeakFinder(leaks: readonly Violation[][]) {
  const touched = new Map<ClientIndex, { readonly leak: Violation[]; readonly fromMs: number }[]>()
  for (const leak of leaks) {
    const clients = new Map<ClientIndex, number>()
    for (const violation of leak) {
      for (const client of involved(violation)) if (!clients.has(client)) clients.set(client, violation.atMs)
    }
    for (const [client, fromMs] of clients) touched.set(client, [...(touched.get(client) ?? []), { leak, fromMs }])
  }
  return ({ recipient, atMs, lastAtMs = atMs }: Violation) =>
    recipient === undefined ? undefined : touched.get(recipient)?.find(({ fromMs }) => fromMs <= lastAtMs)?.leak
}

function describeFinding(violations: readonly Violation[]): Finding {
  const [violation, ...others] = [...violations].sort(compareByWeight) as [Violation, ...Violation[]]
  const invariants = new Map<string, number>()
  for (const one of violations) invariants.set(one.invariant, (invariants.get(one.invariant) ?? 0) + countOf(one))
  return {
    violation,
    count: violations.reduce((sum, one) => sum + countOf(one), 0),
    firstMs: violations.reduce((first, { atMs }) => Math.min(first, atMs), violation.atMs),
    lastMs: violations.reduce((last, { atMs, lastAtMs = atMs }) => Math.max(last, lastAtMs), violation.atMs),
    invariants: Object.fromEntries([...invariants].sort(([a], [b]) => (a < b ? -1 : 1))),
    recipients: clientsInOrder(violations.flatMap(({ recipient }) => recipient ?? [])),
    owners: clientsInOrder(violations.flatMap(ownersOf)),
    examples: chooseExamples(violation, others),
  }
}

/** The first of each other invariant, then further ones. */
function chooseExamples(told: Violation, others: readonly Violation[]): Violation[] {
  const seen = new Set([told.invariant])
  const firsts = others.filter(({ invariant }) => !seen.has(invariant) && seen.add(invariant))
  return [...firsts, ...others.filter((one) => !firsts.includes(one))].slice(0, maxExamples)
}

const involved = (violation: Violation): ClientIndex[] => [
  ...(violation.recipient === undefined ? [] : [violation.recipient]),
  ...ownersOf(violation),
]

/** A suspect is no owner. */
function ownersOf({ owner, cause }: Violation): readonly ClientIndex[] {
  if (owner !== undefined) return [owner]
  return cause && cause.proof !== 'suspected' ? cause.clients : []
}

const clientsInOrder = (clients: readonly ClientIndex[]) => [...new Set(clients)].sort((a, b) => a - b)

const compareInTime = (a: Violation, b: Violation) =>
  a.atMs - b.atMs ||
  (a.recipient ?? -1) - (b.recipient ?? -1) ||
  compareText(a.invariant, b.invariant) ||
  compareText(a.message, b.message)

const compareByWeight = (a: Violation, b: Violation) =>
  proofs.indexOf(a.cause?.proof) - proofs.indexOf(b.cause?.proof) ||
  kindsByGravity.indexOf(a.kind) - kindsByGravity.indexOf(b.kind) ||
  compareInTime(a, b)

const compareFindings = (a: Finding, b: Finding) =>
  kindsByGravity.indexOf(a.violation.kind) - kindsByGravity.indexOf(b.violation.kind) ||
  compareInTime(a.violation, b.violation)

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
