import { join } from 'node:path'
import { chooseExitCode, type ExitCode, exitCodes } from '../../core/exit-codes.ts'
import type { ClientIndex } from '../../core/plan.ts'
import type { RunReport } from '../../core/report.ts'
import type { SoloDifference, SoloGroupReport, SoloReport, SoloViolation } from '../../core/solo-report.ts'
import type { System } from '../../core/system.ts'
import { classifyViolations, type JudgedPhase } from './classify-violations.ts'
import { compareGroup, type ReadPhase } from './compare-phases.ts'
import type { SoloPhase, SoloPlan } from './plan-solo.ts'
import { readTranscripts } from './read-transcripts.ts'

/** A phase that was run, with what came of it. */
export interface RunPhase {
  readonly name: string
  /** Within that of all. */
  readonly folder: string
  /** Absent for the company. */
  readonly phase?: SoloPhase
  readonly isFresh: boolean
  readonly report: RunReport
}

/**
 * Judges a comparison from the folders of its runs: the report of the company, with what the phases say in addition. The
 * company is the last of `runs`; there is none where the user has stopped before.
 */
export async function concludeSolo(
  outDir: string,
  plan: SoloPlan,
  runs: readonly RunPhase[],
  systems: readonly System[],
  strict: boolean,
): Promise<RunReport> {
  const last = runs.at(-1) as RunPhase
  const isWhole = last.phase === undefined
  const read: ReadPhase[] = []
  const everybody = plan.comparisons.flatMap(({ solo }) => solo.clients)
  for (const { name, folder, phase } of isWhole ? runs : []) {
    const clients: readonly ClientIndex[] = phase ? [phase.client] : everybody
    read.push({ name, transcripts: await readTranscripts(join(outDir, folder), clients, systems) })
  }
  const company = read.at(-1)
  const outcomes = company ? plan.comparisons.map((group) => compareGroup(group, read, company)) : []
  const solo: SoloReport = {
    phases: runs.map(describePhase),
    groups: outcomes.map(({ report }) => report),
    violations: classifyViolations(runs.map(judgePhase), strict),
    differences: outcomes.flatMap(({ differences }) => differences),
  }
  const cut = read.flatMap(({ name, transcripts }) => transcripts.cut.map((file) => `${name}: ${file} is cut off`))
  const doubts = [
    ...cut,
    ...(isWhole ? [] : ['the comparison was stopped before all phases were run']),
    ...describeDoubts(runs, solo),
  ]
  return mergeVerdict({ ...last.report, runId: plan.runId }, runs, solo, doubts)
}

function describePhase({ name, folder, phase, isFresh, report: { verdict, exitCode } }: RunPhase) {
  const who = phase ? { group: phase.group.name, client: phase.client } : {}
  return { name, folder, ...who, isFresh, verdict, exitCode }
}

export function judgePhase({ name, phase, report }: RunPhase): JudgedPhase {
  return { name, report, condition: !phase ? 'company' : phase.isFirst ? 'clean' : 'after-others' }
}

/** Verdicts of clients alone are not asked for, but where they are red: one client alone gives most checkers too little. */
function mergeVerdict(
  company: RunReport,
  runs: readonly RunPhase[],
  solo: SoloReport,
  doubts: readonly string[],
): RunReport {
  const certain = solo.differences.filter(({ isCertain }) => isCertain)
  const isRed = certain.length > 0 || solo.violations.length > 0
  const codes: ExitCode[] = [
    company.exitCode,
    ...(isRed ? [exitCodes.violated] : []),
    ...(doubts.length > 0 ? [exitCodes.inconclusive] : []),
    ...runs.map(({ report }) => report.exitCode).filter((code) => code === exitCodes.bug || code === exitCodes.aborted),
  ]
  return {
    ...company,
    verdict: isRed || company.verdict === 'fail' ? 'fail' : doubts.length > 0 ? 'inconclusive' : company.verdict,
    reasons: [
      ...solo.violations
        .filter(({ class: kind }) => kind !== 'interference')
        .map((violation) => describeViolation(violation, certain)),
      ...describeCertain(certain),
      ...company.reasons,
      ...doubts,
    ],
    notObserved: [...company.notObserved, ...describeUnfit(solo)],
    exitCode: chooseExitCode(codes),
    soloCompare: solo,
  }
}

function describeViolation(
  { class: kind, group, invariant, phases }: SoloViolation,
  certain: readonly SoloDifference[],
): string {
  const where = `${invariant} (${group}, ${[...new Set(phases)].join(', ')})`
  if (kind !== 'incorrect') return `leak across time: violated by a client alone, after others: ${where}`
  // A server may be both: what leaks between clients leaks between two visits of one client as well.
  const isLeakToo = certain.some((difference) => difference.group === group)
  return `incorrect${isLeakToo ? '' : ', and no leak'}: violated by a client alone as well: ${where}`
}

function describeCertain(differences: readonly SoloDifference[]): string[] {
  const lines = new Map<string, Set<string>>()
  for (const { class: kind, group, kind: of, field } of differences) {
    const line = kind === 'interference' ? 'interference' : 'leak across time'
    const head = `${line}: clients of ${group} were told something else ${kind === 'interference' ? 'in company' : 'after others'} than alone`
    lines.set(head, (lines.get(head) ?? new Set()).add(`${of} ${field}`))
  }
  return [...lines].map(([head, fields]) => `${head}: ${[...fields].join(', ')}`)
}

/** Groups of which nobody can be compared: they say so themselves, and no doubt follows from it. */
const describeUnfit = ({ groups }: SoloReport) =>
  groups.filter(({ clients }) => clients.length === 0).map(describeNothing)

const describeNothing = ({ group, notCompared }: SoloGroupReport) =>
  `nothing that clients of ${group} were told was compared with what they are told alone: ${notCompared}`

function describeDoubts(runs: readonly RunPhase[], { groups, differences }: SoloReport): string[] {
  const unfinished = runs.filter(({ phase, report }) => phase && report.groups.every(({ finished }) => finished === 0))
  const doubtful = differences.filter(({ isCertain }) => !isCertain)
  const bare = groups.filter(({ clients, notCompared }) => notCompared !== undefined && clients.length > 0)
  const isAnyFit = groups.length === 0 || groups.some(({ clients }) => clients.length > 0)
  return [
    ...unfinished.map(({ name }) => `${name}: it did not finish`),
    ...bare.map(describeNothing),
    ...(isAnyFit ? [] : ['no client could be compared with itself alone']),
    ...doubtful.map(
      ({ group, recipient, kind, field, count, of, phase }) =>
        `${kind} ${field} of client ${recipient} (${group}) differs ${count} of ${of} times, ${phase}: too rarely to tell it from what differs by itself`,
    ),
  ]
}
