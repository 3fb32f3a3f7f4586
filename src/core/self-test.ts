import type { Verdict } from './check.ts'
import type { ExitCode } from './exit-codes.ts'

export const selfTestSchema = 'mcsim-self-test/1'

/** All that `mcsim self-test` found out about mcsim itself, as plain data. */
export interface SelfTestReport {
  readonly schema: typeof selfTestSchema
  readonly mcsimVersion: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly durationMs: number
  readonly exitCode: ExitCode
  /** What went wrong, in sentences, with the command that runs it again. Empty where nothing did. */
  readonly problems: readonly string[]
  /** What was tried, by system and planted defects; those without defects are clean. */
  readonly rows: readonly TrialRow[]
  readonly rates: SelfTestRates
  readonly trials: readonly TrialResult[]
}

/** What a trial is of: a planted defect, a server without one, two defects at once, or one that acts now and then. */
export type TrialKind = 'defect' | 'clean' | 'pair' | 'rate'

/** One run of the self-test. Lists are empty where all is well. */
export interface TrialResult {
  readonly kind: TrialKind
  readonly system: string
  /** Planted together; none in a clean server. */
  readonly defects: readonly string[]
  /** What a clean server had to stand; else the defects' names. */
  readonly title: string
  /** Share of occasions on which the defects act. */
  readonly rate: number
  readonly seed: number
  readonly durationMs: number
  readonly verdict: Verdict
  /** What had to turn red and stayed green: invariants, or of several defects the names of those that did not show. */
  readonly missed: readonly string[]
  /** What turned red, though nothing that was planted may break it. */
  readonly notAllowed: readonly string[]
  /** Whether owner, recipient and cause are who and what they must be; undefined where nobody can be named. */
  readonly blamed?: boolean
  /** What is wrong with them, in sentences. */
  readonly misblamed: readonly string[]
  /** When the first invariant was violated that had to be, from the run's start; absent where none was. */
  readonly firstMs?: number
  /** Why the verdict is what it is, as the run's report says; of a run that did not come about, why. */
  readonly reasons: readonly string[]
  /** Where scenario and report of a trial are that did not go as it must. */
  readonly folder?: string
}

/** All trials of the same with different seeds. */
export interface TrialRow {
  readonly kind: TrialKind
  readonly system: string
  readonly title: string
  readonly rate: number
  readonly seeds: number
  /** Trials in which all was red that had to be; of a rate, in which anything of it was. */
  readonly found: BoundedShare
  /** Trials in which nothing was red that must not be. */
  readonly onlyAllowed: number
  /** Trials whose blame was right, of those in which somebody can be named; absent where nobody can. */
  readonly blamed?: BoundedShare
  /** Time to detection, from the run's start, over the trials that found something. */
  readonly medianFirstMs?: number
  readonly worstFirstMs?: number
}

/** A share with its bounds: the true one is below `low` or above `high` with a chance of 5 % each at most. */
export interface BoundedShare {
  readonly hits: number
  readonly of: number
  readonly low: number
  readonly high: number
}

/** Over all systems. */
export interface SelfTestRates {
  /** Planted defects that were found. */
  readonly detection: BoundedShare
  /** Findings that named the right ones, where somebody can be named. */
  readonly blame: BoundedShare
  /** Trials with a defect in which something was red that must not be. */
  readonly notAllowed: BoundedShare
  /** Clean servers that were found faulty. */
  readonly falseAlarms: BoundedShare
}
