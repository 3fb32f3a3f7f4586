import type { InvariantKind, Verdict, Violation } from '../core/check.ts'
import type { CoverageMeasure } from '../core/coverage.ts'
import { type ExitCode, exitCodes } from '../core/exit-codes.ts'
import type { Coverage } from '../core/scenario.ts'
import type { CheckerCrash, ConcludedChecks } from './run-checkers.ts'

export interface JudgeInput {
  readonly checks: ConcludedChecks
  /**
   * The smallest counts with which the run may pass: of a coverage measure, or of examined items where the key is an
   * invariant's name. An active invariant without an entry must have examined one item.
   */
  readonly floors: Coverage
  /** Whether any client's data carry markers. Where none do, invariants that judge by markers need examine nothing. */
  readonly areMarked: boolean
  /** Whether clients are planned that use the same keys, so that some of them should have met. */
  readonly sharesKeys: boolean
  readonly clients: { readonly finished: number; readonly unfinished: number; readonly dropped: number }
  /** Operations that the target refused or broke, without denials by a declared limit and what a stop cut off. */
  readonly operationsFailed: number
  /** Connections that ended otherwise than by the client's will or the protocol's. */
  readonly connectionsLost: number
  /** Why the run ended before its plan was done; absent where it did not. */
  readonly stopped?: string | undefined
  /** Whether the times cannot be trusted although something depends on them: an open model or a threshold. */
  readonly timingFails: boolean
  /** Whether violated hygiene turns the run red. */
  readonly strict: boolean
}

export interface Judgement {
  readonly verdict: Verdict
  /** Why the verdict is `fail` or `inconclusive`, in sentences; empty when it is `pass`. */
  readonly reasons: readonly string[]
  /** What the user should know and what does not change the verdict. */
  readonly warnings: readonly string[]
  /** All that apply; `chooseExitCode` picks the one. */
  readonly exitCodes: readonly ExitCode[]
}

/** Gravest first. */
export const kindsByGravity: readonly InvariantKind[] = ['isolation', 'correctness', 'loss', 'liveness', 'hygiene']

/**
 * The verdict on isolation and correctness, which never hangs on timing: `fail` if anything was violated,
 * else `inconclusive` if too little was seen, else `pass`.
 */
export function judge(input: JudgeInput): Judgement {
  const { checks, strict } = input
  const matters = (kind: InvariantKind) => strict || kind !== 'hygiene'
  const violatedKinds = kindsByGravity.filter((kind) => checks.violations.some((violation) => violation.kind === kind))
  const failed = violatedKinds.filter(matters)
  const doubts = [
    ...checks.crashes.map(describeCrash),
    ...belowExamined(input, matters),
    ...belowCoverage(input),
    ...describeUndecided(input),
    ...describeUnmet(input),
    ...(input.clients.finished === 0 ? ['no client finished'] : []),
    ...(input.stopped === undefined ? [] : [input.stopped]),
  ]
  const describe = (kind: InvariantKind) => describeKind(kind, checks.violations)
  return {
    verdict: failed.length > 0 ? 'fail' : doubts.length > 0 ? 'inconclusive' : 'pass',
    reasons: [...failed.map(describe), ...doubts],
    warnings: violatedKinds.filter((kind) => !matters(kind)).map(describe),
    exitCodes: applicableCodes(input, failed.length > 0, doubts.length > 0),
  }
}

function applicableCodes(input: JudgeInput, violated: boolean, doubtful: boolean): ExitCode[] {
  const { clients, operationsFailed, connectionsLost, stopped } = input
  // Who stops a run is why its clients did not finish; that nothing came of it is doubt, and no failure.
  const failedClients = stopped === undefined ? clients.unfinished + clients.dropped : 0
  const broken = operationsFailed + connectionsLost + failedClients > 0
  return [
    ...(violated ? [exitCodes.violated] : []),
    ...(broken ? [exitCodes.operationsFailed] : []),
    ...(doubtful || input.timingFails ? [exitCodes.inconclusive] : []),
  ]
}

/** Over the whole run: a group in which nothing could be examined does no harm where another's clients were. */
function belowExamined({ checks, floors, areMarked }: JudgeInput, matters: (kind: InvariantKind) => boolean): string[] {
  const examined = new Map<string, number>()
  for (const tally of checks.invariants) {
    const isSuspended = tally.suspended !== undefined
    const maySeeNothing = tally.optional || isSuspended || (tally.byMarkers && !areMarked)
    const isOptional = maySeeNothing && floors[tally.name] === undefined
    if (matters(tally.kind) && !isOptional) examined.set(tally.name, (examined.get(tally.name) ?? 0) + tally.examined)
  }
  const idle = [...examined].filter(([name, count]) => count === 0 && floors[name] === undefined).map(([name]) => name)
  const below = [...examined].filter(([name, count]) => count < (floors[name] ?? 0))
  return [
    ...(idle.length > 0 ? [`nothing was examined by ${idle.join(', ')}`] : []),
    ...below.map(([name, count]) => `${name} examined ${count} items, the scenario's floor is ${floors[name]}`),
  ]
}

function belowCoverage({ floors, checks }: JudgeInput): string[] {
  const invariants = new Set(checks.invariants.map(({ name }) => name))
  return Object.entries(floors)
    .filter(([measure, floor]) => !invariants.has(measure) && (checks.coverage[measure] ?? 0) < floor)
    .map(([measure, floor]) => `${measure} is ${checks.coverage[measure] ?? 0}, the scenario's floor is ${floor}`)
}

/** Only where the scenario says nothing of it: a floor of 0 is a floor. */
function describeUndecided({ checks: { coverage }, floors }: JudgeInput): string[] {
  const { deliveries = 0, decidableDeliveries = 0 } = coverage
  if (floors['decidableDeliveries'] !== undefined || deliveries === 0 || decidableDeliveries > 0) return []
  return [`of none of ${deliveries} deliveries it can be told whose they are`]
}

function describeUnmet({ checks: { coverage }, floors, sharesKeys }: JudgeInput): string[] {
  const { concurrentPairsOnSharedKeys: concurrent = 0, successivePairsOnSharedKeys: successive = 0 } = coverage
  const isSaid = pairsOnSharedKeys.some((measure) => floors[measure] !== undefined)
  return sharesKeys && !isSaid && concurrent + successive === 0 ? ['no two clients that use the same keys met'] : []
}

const pairsOnSharedKeys = ['concurrentPairsOnSharedKeys', 'successivePairsOnSharedKeys'] satisfies CoverageMeasure[]

const describeCrash = ({ client, invariant, stack }: CheckerCrash) =>
  `${invariant ?? 'making the checkers'} of client ${client} threw: ${stack.split('\n', 1)[0]}`

function describeKind(kind: InvariantKind, violations: readonly Violation[]): string {
  const names = new Set(violations.filter((violation) => violation.kind === kind).map(({ invariant }) => invariant))
  return `${kind} was violated: ${[...names].sort().join(', ')}`
}
