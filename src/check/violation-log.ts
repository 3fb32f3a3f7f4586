import type { Violation } from '../core/check.ts'

/** Keeps the first violations of each class and owner whole and counts the rest, so that a flood needs no memory. */
export interface ViolationLog {
  add(violation: Violation): void
  list(): readonly Violation[]
}

interface Entry {
  readonly first: Violation[]
  rest: Violation | undefined
}

/** Beyond `maxOwners` owners, those of further ones are only counted, and no owner is named for them. */
export function createViolationLog(maxPerOwner = 5, maxOwners = 200): ViolationLog {
  const entries = new Map<string, Entry>()
  const unnamed = new Map<string, Violation>()

  return {
    add(violation) {
      const key = `${violation.class} ${violation.owner ?? ''}`
      const entry = entries.get(key) ?? (entries.size < maxOwners ? { first: [], rest: undefined } : undefined)
      if (!entry) {
        const { owner, cause, issuedId, ...rest } = violation
        unnamed.set(violation.class, countIn(unnamed.get(violation.class), rest))
        return
      }
      entries.set(key, entry)
      if (entry.first.length < maxPerOwner) entry.first.push(violation)
      else entry.rest = countIn(entry.rest, violation)
    },
    list: () => [
      ...[...entries.values()].flatMap(({ first, rest }) => (rest ? [...first, rest] : first)),
      ...unnamed.values(),
    ],
  }
}

function countIn(sum: Violation | undefined, violation: Violation): Violation {
  const count = (sum?.count ?? 0) + countOf(violation)
  return { ...(sum ?? violation), count, lastAtMs: violation.lastAtMs ?? violation.atMs }
}

/** How many violations one record stands for. */
export const countOf = (violation: Violation) => violation.count ?? 1
