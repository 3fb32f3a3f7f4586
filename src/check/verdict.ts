import type { InvariantKind, Violation } from '../core/check.ts'
import { type ExitCode, exitCodes } from '../core/exit-codes.ts'
import type { InvariantTally, Judgement, Reason } from '../core/judgement.ts'
import type { Coverage } from '../core/scenario.ts'
import type { ConcludedChecks } from './run-checkers.ts'

export interface JudgeInput {
  readonly checks: ConcludedChecks
  /**
   * The smallest counts with which the run may pass: of a coverage measure, or of examined items where the key is an
   * invariant's name. An active invariant without an entry must have examined one item.
   */
  readonly floors: Coverage
  readonly clients: { readonly finished: number; readonly unfinished: number; readonly dropped: number }
  /** Operations that the target refused or broke, without denials by a declared limit. */
  readonly operationsFailed: number
  /** Connections that ended otherwise than by the client's will or the protocol's. */
  readonly connectionsLost: number
  /** Whether violated hygiene turns the run red. */
  readonly strict: boolean
}

/** Gravest first. */
export const kindsByGravity: readonly InvariantKind[] = ['isolation', 'correctness', 'loss', 'liveness', 'hygiene']

/**
 * The verdict on isolation and correctness, which never hangs on timing (ORACLE §7): `fail` if anything was violated,
 * else `inconclusive` if too little was seen, else `pass`.
 */
export function judge(input: JudgeInput): Judgement {
  const { checks, strict } = input
  const matters = (kind: InvariantKind) => strict || kind !== 'hygiene'
  const violatedKinds = kindsByGravity.filter((kind) => checks.violations.some((violation) => violation.kind === kind))
  const failed = violatedKinds.filter(matters)
  const doubts = [
    ...checks.crashes.map(describeCrash),
    ...checks.invariants
      .filter(({ invariant }) => matters(invariant.kind))
      .flatMap((tally) => belowFloor(tally, input)),
    ...belowCoverage(input),
    ...(input.clients.finished === 0 ? [{ code: 'no-client-finished', message: 'no client finished' }] : []),
  ]
  const reasons = [...failed.map((kind) => describeKind(kind, checks.violations)), ...doubts]
  const warnings = violatedKinds.filter((kind) => !matters(kind)).map((kind) => describeKind(kind, checks.violations))
  const verdict = failed.length > 0 ? 'fail' : doubts.length > 0 ? 'inconclusive' : 'pass'
  return { verdict, violatedKinds, reasons, warnings, exitCodes: applicableCodes(input, failed.length > 0, doubts) }
}

function applicableCodes(input: JudgeInput, violated: boolean, doubts: readonly Reason[]): ExitCode[] {
  const codes: ExitCode[] = []
  if (violated) codes.push(exitCodes.violated)
  const { clients, operationsFailed, connectionsLost } = input
  if (operationsFailed + connectionsLost + clients.unfinished + clients.dropped > 0) {
    codes.push(exitCodes.operationsFailed)
  }
  if (doubts.length > 0) codes.push(exitCodes.inconclusive)
  return codes
}

function belowFloor({ invariant, examined, undecidable }: InvariantTally, { floors }: JudgeInput): Reason[] {
  const floor = floors[invariant.name] ?? 1
  if (examined >= floor) return []
  const undecided = undecidable > 0 ? `, and could not judge ${undecidable} more` : ''
  const message = `${invariant.name} examined ${examined} items, fewer than ${floor}${undecided}`
  return [{ code: 'too-little-examined', message }]
}

function belowCoverage({ floors, checks }: JudgeInput): Reason[] {
  const invariants = new Set(checks.invariants.map(({ invariant }) => invariant.name))
  return Object.entries(floors)
    .filter(([measure, floor]) => !invariants.has(measure) && (checks.coverage[measure] ?? 0) < floor)
    .map(([measure, floor]) => ({
      code: 'too-little-seen',
      message: `${measure} is ${checks.coverage[measure] ?? 0}, the scenario's floor is ${floor}`,
    }))
}

const describeCrash = ({ client, invariant, stack }: ConcludedChecks['crashes'][number]): Reason => ({
  code: 'checker-threw',
  message: `${invariant ?? 'making the checkers'} of client ${client} threw: ${stack.split('\n', 1)[0]}`,
})

function describeKind(kind: InvariantKind, violations: readonly Violation[]): Reason {
  const names = new Set(violations.filter((violation) => violation.kind === kind).map(({ invariant }) => invariant))
  return { code: `${kind}-violated`, message: `${kind} was violated: ${[...names].sort().join(', ')}` }
}
