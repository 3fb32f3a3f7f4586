import { channel } from 'node:diagnostics_channel'
import type { Violation } from '../core/check.ts'

/** Tells each violation of this thread when it is found, for those who watch a run. Nothing is judged by it. */
export const violationsFound = channel('mcsim:violation')

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
  return new FloodableLog(maxPerOwner, maxOwners)
}

/** Every client has several of them, and hardly any ever holds anything. */
class FloodableLog implements ViolationLog {
  private readonly maxPerOwner: number
  private readonly maxOwners: number
  private entries: Map<string, Entry> | undefined
  private unnamed: Map<string, Violation> | undefined

  constructor(maxPerOwner: number, maxOwners: number) {
    this.maxPerOwner = maxPerOwner
    this.maxOwners = maxOwners
  }

  add(violation: Violation): void {
    if (violationsFound.hasSubscribers) violationsFound.publish(violation)
    this.entries ??= new Map()
    const key = `${violation.class} ${violation.owner ?? ''}`
    const known = this.entries.get(key)
    const entry = known ?? (this.entries.size < this.maxOwners ? { first: [], rest: undefined } : undefined)
    if (!entry) {
      this.addUnnamed(violation)
      return
    }
    if (!known) this.entries.set(key, entry)
    if (entry.first.length < this.maxPerOwner) entry.first.push(violation)
    else entry.rest = countIn(entry.rest, violation)
  }

  list(): readonly Violation[] {
    const named = [...(this.entries?.values() ?? [])].flatMap(({ first, rest }) => (rest ? [...first, rest] : first))
    return [...named, ...(this.unnamed?.values() ?? [])]
  }

  private addUnnamed({ owner, cause, issuedId, ...rest }: Violation): void {
    this.unnamed ??= new Map()
    this.unnamed.set(rest.class, countIn(this.unnamed.get(rest.class), rest))
  }
}

function countIn(sum: Violation | undefined, violation: Violation): Violation {
  const count = (sum?.count ?? 0) + countOf(violation)
  return { ...(sum ?? violation), count, lastAtMs: violation.lastAtMs ?? violation.atMs }
}

/** How many violations one record stands for. */
export const countOf = (violation: Violation) => violation.count ?? 1
