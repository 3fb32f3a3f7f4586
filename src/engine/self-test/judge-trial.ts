import type { Violation } from '../../core/check.ts'
import type { RunReport } from '../../core/report.ts'
import type { TrialResult } from '../../core/self-test.ts'
import type { Blame, Defect } from '../../core/system.ts'
import { ownSigns } from './pick-pairs.ts'
import type { PlannedTrial } from './plan-trials.ts'

export type TrialJudgement = Pick<TrialResult, 'missed' | 'notAllowed' | 'misblamed' | 'blamed' | 'firstMs'>

type JudgedReport = Pick<RunReport, 'findings' | 'invariants' | 'groups'>

/** Judges the judge: what a run said of a server, against what was planted in it. */
export function judgeTrial(
  { kind, defects, active }: Pick<PlannedTrial, 'kind' | 'defects' | 'active'>,
  { findings, invariants, groups }: JudgedReport,
): TrialJudgement {
  const red = invariants.filter(({ violations }) => violations > 0)
  const names = new Set(red.map(({ name }) => name))
  const must = new Set(defects.flatMap(({ mustRed }) => mustRed))
  const allowed = new Set([...must, ...defects.flatMap(({ mayRed }) => mayRed)])
  const times = red.flatMap(({ name, firstViolationMs }) => (must.has(name) ? (firstViolationMs ?? []) : []))
  const violations = findings.flatMap(({ violation, examples }) => [violation, ...examples])
  const owners = findings.flatMap((finding) => finding.owners)
  // Whose doing it is can be told of one defect that always acts; of several, which finding is of which cannot.
  const blame = kind === 'defect' && names.size > 0 ? defects[0]?.blame : undefined
  const misblamed = [
    ...describeStrangers(owners, groups, active),
    ...(blame ? describeMisblamed(violations, blame) : []),
  ]
  return {
    missed: defects.length > 1 ? listHidden(defects, names) : [...must].filter((name) => !names.has(name)),
    notAllowed: [...names].filter((name) => !allowed.has(name)),
    misblamed,
    ...(blame && { blamed: misblamed.length === 0 }),
    ...(times.length > 0 && { firstMs: Math.min(...times) }),
  }
}

/** The defects of which nothing shows that is theirs alone. */
function listHidden(defects: readonly Defect[], red: ReadonlySet<string>): string[] {
  const isHidden = (defect: Defect) => !ownSigns(defect, without(defects, defect)).some((name) => red.has(name))
  return defects.filter(isHidden).map(({ name }) => name)
}

const without = (defects: readonly Defect[], one: Defect) => defects.filter((defect) => defect !== one)

/** Only clients that have data can be the owners of what went astray. Theirs are the scenario's first groups. */
function describeStrangers(owners: readonly number[], groups: JudgedReport['groups'], active: readonly string[]) {
  const planned = groups.reduce((sum, group) => sum + (active.includes(group.name) ? group.planned : 0), 0)
  const strangers = [...new Set(owners)].filter((owner) => owner >= planned)
  return strangers.length === 0 ? [] : [`clients ${strangers.join(', ')} are named as owners and have no data`]
}

function describeMisblamed(violations: readonly Violation[], { proof, on }: Blame): string[] {
  const proven = violations.flatMap(({ cause, recipient, class: type }) =>
    // What a client receives of its own earlier uploads has no other owner.
    cause?.proof === proof && type !== 'stale-epoch'
      ? [{ clients: cause.clients, recipient, told: cause.message }]
      : [],
  )
  if (proven.length === 0) return [`nobody is named with the proof ${proof}`]
  return proven.flatMap(({ clients, recipient, told }) => {
    if (recipient === undefined) return [`no recipient is named of "${told}"`]
    const isItself = clients.length === 1 && clients[0] === recipient
    if (on === 'itself' ? isItself : clients.length > 0 && !clients.includes(recipient)) return []
    return [`"${told}" is what client ${recipient} received, and was to name ${on}`]
  })
}
