import type { Json } from '../../core/json.ts'
import type { Fact, TranscriptRules } from '../../core/transcript.ts'

/** One field of one fact, as it was told in two runs. */
export interface ValuePair {
  readonly kind: string
  readonly field: string
  readonly one: Json
  readonly other: Json
  readonly isSame: boolean
  /** When it was told in the other run. */
  readonly atMs: number
}

export type ComparisonRules = Pick<TranscriptRules, 'unordered' | 'tolerance'>

/** Pairs what two runs of one client were told. What only one of them was told is no pair: it may have had no time for it. */
export function compareFacts(one: readonly Fact[], other: readonly Fact[], rules: ComparisonRules): ValuePair[] {
  const known = gatherFacts(one, rules)
  const pairs: ValuePair[] = []
  for (const [place, { kind, fields, atMs }] of gatherFacts(other, rules)) {
    const match = known.get(place)
    if (!match) continue
    for (const field of new Set([...Object.keys(match.fields), ...Object.keys(fields)])) {
      const [a, b] = [match.fields[field] ?? null, fields[field] ?? null]
      const isSame = isSameValue(a, b, rules.tolerance)
      const [shownOne, shownOther] = isSame ? [a, b] : showDifference(a, b)
      pairs.push({ kind, field, one: shownOne, other: shownOther, isSame, atMs })
    }
  }
  return pairs
}

/** What facts of a kind that come in any order are gathered into: one field of this name. */
const allField = 'all'

function gatherFacts(facts: readonly Fact[], { unordered }: ComparisonRules): ReadonlyMap<string, Fact> {
  const gathered = new Map<string, Fact>()
  const loose = new Map<string, Fact[]>()
  const times = new Map<string, number>()
  for (const fact of facts) {
    const place = JSON.stringify([fact.kind, fact.key])
    if (unordered.includes(fact.kind)) {
      const alike = loose.get(place)
      if (alike) alike.push(fact)
      else loose.set(place, [fact])
      continue
    }
    const time = times.get(place) ?? 0
    times.set(place, time + 1)
    gathered.set(`${place} ${time}`, fact)
  }
  for (const [place, alike] of loose) {
    const first = alike[0] as Fact
    gathered.set(place, { ...first, fields: { [allField]: sortValues(alike.map(({ fields }) => fields)) } })
  }
  return gathered
}

const sortValues = (values: readonly Json[]): Json[] =>
  values
    .map((value) => ({ value, text: JSON.stringify(value) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ value }) => value)

/** Of two lists only what they do not have in common. */
function showDifference(one: Json, other: Json): readonly [Json, Json] {
  if (!Array.isArray(one) || !Array.isArray(other)) return [one, other]
  const subtract = (from: readonly Json[], what: readonly Json[]) => {
    const texts = new Set(what.map((value) => JSON.stringify(value)))
    return from.filter((value) => !texts.has(JSON.stringify(value)))
  }
  return [subtract(one, other), subtract(other, one)]
}

function isSameValue(one: Json, other: Json, tolerance: number): boolean {
  if (typeof one === 'number' && typeof other === 'number') {
    return Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one), Math.abs(other))
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other
  const [entries, others] = [Object.entries(one), Object.entries(other)]
  return (
    Array.isArray(one) === Array.isArray(other) &&
    entries.length === others.length &&
    entries.every(
      ([key, value]) => key in other && isSameValue(value, (other as Record<string, Json>)[key] as Json, tolerance),
    )
  )
}
