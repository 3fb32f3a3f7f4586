import type { Json } from '../core/json.ts'
import type { ThreadHealth } from '../metrics/generator-health.ts'
import type { ShardObservations } from './observe-shard.ts'

/** What a thread knows at its end and what does not follow from its events. Plain JSON: it stands in the history's end. */
export interface ShardEnd {
  readonly durationMs: number
  /** Undefined where the run did not live to tell. */
  readonly health?: ThreadHealth
  /** Stacks of what mcsim itself did wrong. */
  readonly bugs: readonly string[]
}

/** What one thread concluded. Plain data; results of disjoint shards merge exactly. */
export interface ShardResult extends ShardObservations, ShardEnd {
  readonly historyFile: string
  /** Events that the history could not take any more, because of its stated limit. */
  readonly unwritten: number
  /** Why not all that happened could be judged, in a sentence; absent where it was. */
  readonly cut?: string
}

/** The end of a thread as its history holds it, and back. */
export const endAsFacts = (end: ShardEnd): Json => end as unknown as Json
export const endFromFacts = (facts: Json): ShardEnd => facts as unknown as ShardEnd
