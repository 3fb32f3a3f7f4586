import type { RunReport } from '../../core/report.ts'
import type { SoloClass, SoloViolation } from '../../core/solo-report.ts'

/** One phase that was judged. */
export interface JudgedPhase {
  readonly name: string
  /** `clean`: alone, and nobody was known to have used its server before. */
  readonly condition: 'clean' | 'after-others' | 'company'
  readonly report: Pick<RunReport, 'invariants' | 'findings'>
}

const classes: Readonly<Record<JudgedPhase['condition'], SoloClass>> = {
  clean: 'incorrect',
  'after-others': 'leak-across-time',
  company: 'interference',
}

/** Gravest last: what is wrong under a condition is no consequence of what the next one adds. */
const conditions: readonly JudgedPhase['condition'][] = ['clean', 'after-others', 'company']

/** Says of each invariant that was violated whether it takes others for that (ORACLE §5). */
export function classifyViolations(phases: readonly JudgedPhase[], strict: boolean): SoloViolation[] {
  const violated = new Map<string, { group: string; invariant: string; phases: JudgedPhase[] }>()
  for (const phase of phases) {
    for (const { group, name, kind, violations } of phase.report.invariants) {
      if (violations === 0 || (kind === 'hygiene' && !strict)) continue
      const known = violated.get(`${group} ${name}`) ?? { group, invariant: name, phases: [] }
      known.phases.push(phase)
      violated.set(`${group} ${name}`, known)
    }
  }
  const isIn = (condition: JudgedPhase['condition'], { condition: its }: JudgedPhase) => its === condition
  return [...violated.values()].map(({ group, invariant, phases: red }) => {
    // A server that is wrong for one group alone is wrong, and not leaking, for all groups.
    const everywhere = [...violated.values()].filter((other) => other.invariant === invariant)
    const reds = everywhere.flatMap((other) => other.phases)
    const least = conditions.find((condition) => reds.some((phase) => isIn(condition, phase)))
    const condition = least === 'clean' && reds.some((phase) => isLeak(phase, invariant)) ? 'after-others' : least
    return { class: classes[condition ?? 'company'], group, invariant, phases: red.map(({ name }) => name) }
  })
}

/** Data of others that are known as theirs, of earlier runs as well, are a leak whoever was there. */
const isLeak = ({ report }: JudgedPhase, invariant: string) =>
  report.findings.some(
    ({ violation, invariants }) =>
      (violation.class === 'orphan' || violation.cause?.proof === 'marker') && Object.hasOwn(invariants, invariant),
  )

/** Invariants that are violated although nobody else is or was there. */
export const listIncorrect = (violations: readonly SoloViolation[]): readonly string[] => [
  ...new Set(violations.flatMap((violation) => (violation.class === 'incorrect' ? [violation.invariant] : []))),
]
