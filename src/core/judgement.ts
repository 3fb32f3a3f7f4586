import type { Cause, Invariant, InvariantKind, Verdict, Violation, ViolationClass } from './check.ts'
import type { ExitCode } from './exit-codes.ts'
import type { ClientIndex } from './plan.ts'

/** What all checkers of one invariant saw together. */
export interface InvariantTally {
  readonly invariant: Invariant
  /** How many clients were judged by it. */
  readonly clients: number
  readonly examined: number
  readonly undecidable: number
  readonly violations: number
}

/** A checker that threw: what it would have said of this client is unknown. */
export interface CheckerCrash {
  readonly client: ClientIndex
  /** Undefined where the client's checkers could not even be made. */
  readonly invariant?: string
  readonly stack: string
}

/** One leak or mistake with all its consequences, told once. */
export interface Finding {
  /** Gravest first: isolation, correctness, loss, liveness, hygiene. */
  readonly kinds: readonly InvariantKind[]
  readonly invariants: readonly string[]
  readonly classes: readonly ViolationClass[]
  readonly recipients: readonly ClientIndex[]
  /** Empty where nobody could tell whose data it was. */
  readonly owners: readonly ClientIndex[]
  /** The one with the strongest proof. */
  readonly cause?: Cause
  readonly count: number
  readonly firstAtMs: number
  readonly lastAtMs: number
  /** A few of `count`: the first of each invariant before second ones. */
  readonly examples: readonly Violation[]
}

/** Why a run is not simply green. */
export interface Reason {
  /** kebab-case, for machines. */
  readonly code: string
  readonly message: string
}

export interface Judgement {
  readonly verdict: Verdict
  readonly violatedKinds: readonly InvariantKind[]
  /** Why the verdict is `fail` or `inconclusive`. Nothing here when it is `pass`. */
  readonly reasons: readonly Reason[]
  /** What the user should know and what does not change the verdict. */
  readonly warnings: readonly Reason[]
  /** All that apply; `chooseExitCode` picks the one. */
  readonly exitCodes: readonly ExitCode[]
}
