import type { ValuePair } from './compare-facts.ts'

/** How one field of one kind fared between runs under the same conditions, and between runs under different ones. */
export interface FieldJudgement {
  readonly kind: string
  readonly field: string
  readonly control: FieldCounts
  readonly tested: FieldCounts
  /**
   * `masked`: it differs by itself, or was never seen to be the same. `doubtful`: so rarely that it may differ by itself.
   */
  readonly verdict: 'same' | 'different' | 'doubtful' | 'masked'
}

export interface FieldCounts {
  readonly compared: number
  readonly differed: number
}

/** Less likely than this is not taken for chance. */
const leastChance = 0.01

/**
 * Judges each field by a control: pairs of values of runs under the same conditions. A field that differs there says
 * nothing. Of one that does not, differences elsewhere are certain where it can hardly be by chance that none of them fell
 * into the control (Fisher, The Design of Experiments, 1935, chapter 2: the exact test, one-sided).
 */
export function judgeFields(control: readonly ValuePair[], tested: readonly ValuePair[]): FieldJudgement[] {
  const controls = countByField(control)
  return [...countByField(tested)].map(([place, { kind, field, compared, differed }]) => {
    const { compared: n, differed: unstable } = controls.get(place) ?? { compared: 0, differed: 0 }
    const counts = { control: { compared: n, differed: unstable }, tested: { compared, differed } }
    const chance = chanceThatAllFallElsewhere(differed, compared, n)
    const isMasked = n === 0 || unstable > 0
    const verdict = isMasked ? 'masked' : differed === 0 ? 'same' : chance < leastChance ? 'different' : 'doubtful'
    return { kind, field, ...counts, verdict }
  })
}

/** Of `all` + `control` pairs so many differ: the chance that none of these is in the control. */
function chanceThatAllFallElsewhere(differing: number, all: number, control: number): number {
  let chance = 1
  for (let i = 0; i < differing; i++) chance *= (all - i) / (control + all - i)
  return chance
}

export const placeOf = ({ kind, field }: Pick<ValuePair, 'kind' | 'field'>) => `${kind}\u0000${field}`

function countByField(pairs: readonly ValuePair[]) {
  const counts = new Map<string, { kind: string; field: string; compared: number; differed: number }>()
  for (const pair of pairs) {
    const place = placeOf(pair)
    const count = counts.get(place) ?? { kind: pair.kind, field: pair.field, compared: 0, differed: 0 }
    count.compared++
    if (!pair.isSame) count.differed++
    counts.set(place, count)
  }
  return counts
}
