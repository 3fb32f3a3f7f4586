/** What a server said that a session cannot be, by all that its viewer has done. */
export interface Mismatch<T> {
  readonly expected: readonly T[]
  readonly reported: T
  /** When the session was last known to be as expected. */
  readonly sinceMs: number
}

/**
 * One property of a session, as its viewer's own commands leave it. After a command whose outcome is unknown several values
 * are possible; before anything is known, all are.
 */
export class Facet<T> {
  /** Undefined: nothing is known. */
  private possible: readonly T[] | undefined
  /** What was possible before the command that is under way. */
  private before: readonly T[] | undefined
  private sinceMs = 0

  constructor(initial?: readonly T[]) {
    this.possible = initial
    this.before = initial
  }

  get values(): readonly T[] | undefined {
    return this.possible
  }

  allows(value: T): boolean {
    return this.possible?.includes(value) ?? true
  }

  /** A command that may make it any of `next` is on its way. Undefined: nobody knows what it may make of it. */
  command(next: readonly T[] | undefined): void {
    this.before = this.possible
    this.possible = this.possible && next && union(this.possible, next)
  }

  /** The command has been done. */
  confirm(next: readonly T[] | undefined): void {
    this.possible = next
    this.before = next
  }

  /** The command was refused. */
  revert(): void {
    this.possible = this.before
  }

  /**
   * Takes what a server says in answer to a question of `askedAtMs`. It is believed from then on, so that one leak is told
   * once.
   */
  report(reported: T, askedAtMs: number): Mismatch<T> | undefined {
    const { possible, sinceMs } = this
    this.confirm([reported])
    this.sinceMs = askedAtMs
    return possible === undefined || possible.includes(reported) ? undefined : { expected: possible, reported, sinceMs }
  }
}

const union = <T>(a: readonly T[], b: readonly T[]): readonly T[] => [...new Set([...a, ...b])]
