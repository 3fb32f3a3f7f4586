import type { Observer, RunEvent } from './event.ts'
import type { Json } from './json.ts'
import type { ClientIndex } from './plan.ts'
import type { Coverage } from './scenario.ts'

/** Isolation, correctness, loss and liveness turn a run red; hygiene warns. */
export type InvariantKind = 'isolation' | 'correctness' | 'loss' | 'liveness' | 'hygiene'

export interface Invariant {
  /** kebab-case, unique within the system. */
  readonly name: string
  readonly kind: InvariantKind
  /** What holds when it holds, in one sentence. */
  readonly sentence: string
  /** Judges by markers: where no client's data carry any, there is nothing to examine, and no doubt follows from it. */
  readonly byMarkers?: boolean
  /**
   * Judges what a server need not tell, or what a client may never do: where there was nothing to examine no doubt follows,
   * and the report says so.
   */
  readonly optional?: boolean
  /**
   * Its violations of class `late` rest on when something reached the client: they are suspended where the generator's
   * times are not to be trusted. What is judged by a server's own cursor, by order, or by time without that in which the
   * generator was held up, is not time-based.
   */
  readonly timeBased?: boolean
}

/**
 * Judges one client from that client's events, in order. Conclusions of different clients never depend on each
 * other, so those of threads and shards are joined by concatenation. Without `observe` it is told of events by another
 * checker of its client: several that want to know the same follow it together.
 */
export interface Checker extends Partial<Observer> {
  readonly invariant: Invariant
  /** It is told of deliveries on these channels only; where absent, of all. Of other events it is told in any case. */
  readonly channels?: ReadonlySet<string>
  conclude(): Conclusion
}

export interface Conclusion {
  /** Items that could be judged. Nothing examined is not a pass. */
  readonly examined: number
  /** How many of those could be judged by time alone; not covered where times are not to be trusted. */
  readonly examinedByTime?: number
  /** Items that could not be judged, for example after an indeterminate operation. */
  readonly undecidable: number
  readonly violations: readonly Violation[]
  /** Further counts of what was seen; added up over all conclusions. */
  readonly coverage?: Coverage
  /** Of the first answers that were compared with an oracle, numbers that are the same where what was expected is. */
  readonly answers?: readonly number[]
  /** Ids that the server issued and that are proven to be this client's, so that others' sightings of them resolve. */
  readonly issuedIds?: readonly string[]
  /** What this client did, in order of time, so that what it did to others can be told to be its doing. */
  readonly influences?: readonly Influence[]
}

/** Something that a client did and that shows at others where a server leaks. */
export interface Influence {
  /** Completes the sentence "client 7 …": `chose speed 7`, `paused`. */
  readonly what: string
  readonly atMs: number
}

/** What somebody must have done for a violation to happen. */
export interface Traces {
  /** Any of these. */
  readonly whats: readonly string[]
  /** When it had not been done yet; it was done before the violation. */
  readonly sinceMs: number
  /** Clients do it each in a way of their own, so that a single one who did it is known by it, and not just by the time. */
  readonly isSignature: boolean
}

export type ViolationClass =
  | 'foreign'
  | 'orphan'
  | 'stale-epoch'
  | 'corrupt'
  | 'duplicate'
  | 'reordered'
  | 'lost'
  | 'wrong'
  | 'late'
  | 'leaked'

/** How sure a cause is, from certain to a list of candidates. */
export type Proof = 'marker' | 'unique-difference' | 'signature' | 'suspected'

export interface Cause {
  readonly clients: readonly ClientIndex[]
  readonly proof: Proof
  /** For people: "exactly batch 4 of client 12". */
  readonly message: string
}

export interface Violation {
  readonly invariant: string
  readonly kind: InvariantKind
  readonly class: ViolationClass
  /** Who got it; absent where it is a whole server that is wrong. */
  readonly recipient?: ClientIndex
  /** Whose data it was, where known. */
  readonly owner?: ClientIndex
  /** A server-issued id that is not the recipient's; resolved to its owner at the end, over all threads and shards. */
  readonly issuedId?: string
  /** Resolved to those who did it at the end, over all threads and shards. */
  readonly traces?: Traces
  readonly cause?: Cause
  readonly atMs: number
  /** How many like it this one stands for, itself included; 1 where absent. The first was at `atMs`. */
  readonly count?: number
  /** When the last of `count` was; `atMs` where absent. */
  readonly lastAtMs?: number
  readonly connection: number
  readonly message: string
  readonly expected?: Json
  readonly received?: Json
}

export type Verdict = 'pass' | 'fail' | 'inconclusive'

/** One leak or error with all its consequences folded in, as a report shows it. */
export interface Finding {
  /** The violation that says most: best proof first, then isolation before other kinds, then the earliest. */
  readonly violation: Violation
  /** All violations folded into this one, itself included. */
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
  /** All invariants that it broke, with how often. */
  readonly invariants: Readonly<Record<string, number>>
  readonly recipients: readonly ClientIndex[]
  readonly owners: readonly ClientIndex[]
  /** Further violations of the same leak, a few. */
  readonly examples: readonly Violation[]
  /** What the connection was for on which the recipient got it; absent where it was none. */
  readonly role?: string
  /**
   * The last and next few events of the recipient and of those who are named as owner or cause, around the violation, on
   * one time line. Absent where nobody received it, and with findings beyond the first few.
   */
  readonly transcript?: readonly RunEvent[]
}
