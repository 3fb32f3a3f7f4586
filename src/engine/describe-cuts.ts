import type { RunFile } from './run-file.ts'
import type { ShardResult } from './shard-result.ts'

/** Why not all that was planned could be judged, in one sentence; undefined where it could. */
export function describeCuts({ end }: RunFile, results: readonly ShardResult[]): string | undefined {
  const reasons = [
    ...(end ? [] : ['the run did not come to its end']),
    ...(end?.stopped === undefined ? [] : [end.stopped]),
    ...results.flatMap(({ cut }) => cut ?? []),
  ]
  return reasons.length === 0 ? undefined : reasons.join('; ')
}

/** What the history of a run does not hold of it, although the run itself saw and judged it. */
export function describeLimits(results: readonly ShardResult[]): string[] {
  return results.flatMap(({ unwritten }, thread) =>
    unwritten === 0
      ? []
      : [`the history of thread ${thread} met its limit: ${unwritten} events of this run cannot be judged again`],
  )
}
