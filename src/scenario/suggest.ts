import type { Problem } from '../core/system.ts'

/** Adds "did you mean" where one of the accepted words is close to what stands in the document. */
export function suggest(problem: Problem, document: unknown): Problem {
  const written = problem.unknownKey ?? readPath(document, problem.path)
  if (!problem.accepted || typeof written !== 'string') return problem
  const closest = findClosest(written, problem.accepted)
  if (closest !== undefined) return { ...problem, hint: `did you mean "${closest}"?` }
  if (problem.hint !== undefined || problem.unknownKey === undefined) return problem
  return { ...problem, hint: `accepted here: ${problem.accepted.join(', ')}` }
}

function readPath(value: unknown, path: Problem['path']): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value)
}

/** The word that `written` begins, or the nearest one, unless it takes more than one edit for every three characters. */
export function findClosest(written: string, words: readonly string[]): string | undefined {
  const begun = words.filter((word) => written.length >= 3 && word.startsWith(written))
  if (begun.length === 1) return begun[0]
  const limit = Math.max(1, Math.floor(written.length / 3))
  const ranked = words
    .map((word) => ({ word, distance: editDistance(written.toLowerCase(), word.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
  return ranked.sort((a, b) => a.distance - b.distance)[0]?.word
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment distance). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const cell = (i: number, j: number) => rows[i]?.[j] as number
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const replaced = cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, cell(i - 1, j) + 1, cell(i, j - 1) + 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) row[j] = Math.min(cell(i, j), cell(i - 2, j - 2) + 1)
    }
  }
  return cell(a.length, b.length)
}
