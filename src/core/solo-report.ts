import type { Verdict } from './check.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Json } from './json.ts'
import type { ClientIndex } from './plan.ts'

/**
 * Wrong when a client is alone on a fresh server: `incorrect`, and no leak. Wrong alone, but after somebody else was
 * there: `leak-across-time`. Wrong only in company: `interference`.
 */
export type SoloClass = 'incorrect' | 'leak-across-time' | 'interference'

/** What came of running clients alone, and then all together (ORACLE §5). */
export interface SoloReport {
  /** In the order in which they were run; the last is the company. */
  readonly phases: readonly SoloPhaseReport[]
  readonly groups: readonly SoloGroupReport[]
  /** What the checkers found, by when. */
  readonly violations: readonly SoloViolation[]
  /** What no checker knows to be wrong, and what differs all the same. */
  readonly differences: readonly SoloDifference[]
}

export interface SoloPhaseReport {
  /** "client 3 alone", "all together". */
  readonly name: string
  /** Of its run, within that of all. */
  readonly folder: string
  readonly group?: string
  /** Absent where it is all. */
  readonly client?: ClientIndex
  /** Its servers were started for it; else they had served the phases before. */
  readonly isFresh: boolean
  readonly verdict: Verdict
  readonly exitCode: ExitCode
}

/** What was compared of one group. A value is one field of one fact. */
export interface SoloGroupReport {
  readonly group: string
  /** The clients that were alone. */
  readonly clients: readonly ClientIndex[]
  /** Pairs of values that could be judged, of two runs under different conditions. */
  readonly compared: number
  /** Pairs that could not, because their field differs by itself, or was never seen to be the same twice. */
  readonly masked: number
  readonly maskedFields: readonly MaskedField[]
  /** Why nothing of it was compared; absent where something was. */
  readonly notCompared?: string
}

export interface MaskedField {
  readonly kind: string
  readonly field: string
  /** Of the pairs of values of two runs under the same conditions, so many differed. */
  readonly differed: number
  readonly of: number
}

export interface SoloViolation {
  readonly class: SoloClass
  readonly group: string
  readonly invariant: string
  /** Names of the phases in which it was violated. */
  readonly phases: readonly string[]
}

/** One field of which a client was told something else. */
export interface SoloDifference {
  readonly class: Exclude<SoloClass, 'incorrect'>
  /** False: so few differ that it may do so by itself now and then. */
  readonly isCertain: boolean
  readonly group: string
  readonly recipient: ClientIndex
  readonly kind: string
  readonly field: string
  /** So many pairs of values differ, of so many. */
  readonly count: number
  readonly of: number
  /** Name of the phase in which it was told otherwise. */
  readonly phase: string
  /** Of the first. */
  readonly atMs: number
  readonly alone: Json
  readonly told: Json
  /** Whose doing or data it can be: those that were there at that time, or before. */
  readonly candidates: readonly ClientIndex[]
}
