import type { Violation } from '../../core/check.ts'
import type { RunReport } from '../../core/report.ts'
import type { Blame, Defect } from '../../core/system.ts'

/** What a run told of the defects that were planted in its server. Each list is empty where all is well. */
export interface DefectJudgement {
  /** What had to turn red and stayed green. */
  readonly missed: readonly string[]
  /** What turned red, though none of the defects may break it. */
  readonly notAllowed: readonly string[]
  /** What is wrong with whom the findings name, in sentences. */
  readonly misblamed: readonly string[]
  /** When the first invariant was violated that had to be, on the run's clock; undefined where none was. */
  readonly firstMs: number | undefined
}

type JudgedReport = Pick<RunReport, 'findings' | 'invariants' | 'groups'>

/** Judges the run of a server in which `defects` are planted. `active` names the groups whose clients have data. */
export function judgeDefects(
  defects: readonly Defect[],
  { findings, invariants, groups }: JudgedReport,
  active: readonly string[],
): DefectJudgement {
  const red = invariants.filter(({ violations }) => violations > 0)
  const names = new Set(red.map(({ name }) => name))
  const must = new Set(defects.flatMap(({ mustRed }) => mustRed))
  const allowed = new Set([...must, ...defects.flatMap(({ mayRed }) => mayRed)])
  const times = red.flatMap(({ name, firstViolationMs }) => (must.has(name) ? (firstViolationMs ?? []) : []))
  const violations = findings.flatMap(({ violation, examples }) => [violation, ...examples])
  const blames = defects.flatMap(({ blame }) => blame ?? [])
  return {
    missed: [...must].filter((name) => !names.has(name)),
    notAllowed: [...names].filter((name) => !allowed.has(name)),
    misblamed: [
      ...describeStrangers(
        findings.flatMap(({ owners }) => owners),
        groups,
        active,
      ),
      ...(defects.length === 1 ? blames.flatMap((blame) => describeMisblamed(violations, blame)) : []),
    ],
    firstMs: times.length === 0 ? undefined : Math.min(...times),
  }
}

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
