import type { Observer } from './event.ts'
import type { Json } from './json.ts'
import type { PlannedClient } from './plan.ts'

/**
 * One thing that a server told a client, such that it tells it the same whenever the same client did the same before:
 * alone, after others, or among them (ORACLE §5). Markers in it are the client's own or another's; whoever compares
 * puts in their place what is the same in each run.
 */
export interface Fact {
  /** What sort of thing it is. Fields are masked by kind and name. */
  readonly kind: string
  /** All that the answer may hang on: facts of one kind and key are compared. Facts that come twice are told apart by their order. */
  readonly key: string
  readonly fields: Readonly<Record<string, Json>>
  readonly atMs: number
}

/** Follows one client's events, in order, and writes down the facts in them. */
export interface Transcriber extends Observer {
  /** After the last event. */
  listFacts(): readonly Fact[]
}

/** What a system declares so that its clients' transcripts can be compared. */
export interface TranscriptRules<Params = unknown> {
  /** Kinds whose facts of one key come in any order, and all of which must come. */
  readonly unordered: readonly string[]
  /** Numbers that differ by so much of the larger one, or of 1, are the same. */
  readonly tolerance: number
  /** What a group must say in addition for the history to hold all that is compared. */
  prepare?(params: Params): Params
  /** Undefined for a client whose answers may rest on what others do, or what it did in an earlier run, without any leak. */
  follow(client: PlannedClient<Params>): Transcriber | undefined
}
