import type { Outcome } from '../core/event.ts'
import { sumCounts } from '../core/sum-counts.ts'
import { addLive, type LiveHistogram } from './live-histogram.ts'

/** How the operations of one group stand at this moment, for progress lines. */
export interface LiveOperations {
  readonly group: string
  readonly counts: Readonly<Record<Outcome | 'sent', number>>
  readonly response: LiveHistogram
}

/** Joins the views of several threads; in order of group. */
export function mergeLive(parts: readonly (readonly LiveOperations[])[]): LiveOperations[] {
  const all = parts.flat()
  const groups = [...new Set(all.map(({ group }) => group))].sort()
  return groups.map((group) => {
    const alike = all.filter((live) => live.group === group)
    return {
      group,
      counts: sumCounts(alike.map(({ counts }) => counts)) as LiveOperations['counts'],
      response: addLive(alike.map(({ response }) => response)),
    }
  })
}
