import type { JsonObject } from '../../core/json.ts'
import type { ClientIndex } from '../../core/plan.ts'
import type { RunReport } from '../../core/report.ts'

/** Runs a scenario document; undefined where it is not a valid one. `without`: a client that does not take part. */
export type RunDocument = (document: JsonObject, without?: ClientIndex) => Promise<RunReport | undefined>

export interface TrialLimits {
  readonly maxRuns: number
  readonly maxTimeMs: number
  /** Aborted: no further run begins. */
  readonly signal: AbortSignal
}

/** A scenario in which the invariant was violated, and the run that shows it. */
export interface Failing {
  readonly document: JsonObject
  readonly report: RunReport
}

/** Runs scenarios within stated limits, to see whether an invariant is violated in them. */
export class Trials {
  readonly invariant: string
  private readonly runDocument: RunDocument
  private readonly limits: TrialLimits
  private readonly startedMs = performance.now()
  private count = 0

  constructor(invariant: string, runDocument: RunDocument, limits: TrialLimits) {
    this.invariant = invariant
    this.runDocument = runDocument
    this.limits = limits
  }

  get runs(): number {
    return this.count
  }

  /** Why no further run may begin; undefined where one may. */
  get over(): string | undefined {
    if (this.limits.signal.aborted) return 'it was stopped'
    if (this.count >= this.limits.maxRuns) return `all of ${this.limits.maxRuns} runs (--max-runs) were made`
    if (performance.now() - this.startedMs >= this.limits.maxTimeMs) return 'its time (--max-time) was over'
    return undefined
  }

  async run(document: JsonObject, without?: ClientIndex): Promise<RunReport | undefined> {
    if (this.over !== undefined) return undefined
    const report = await this.runDocument(document, without)
    if (report) this.count++
    return report
  }

  /** Runs it with its own seed and, where that stays green, with others: what hangs on time does not show each time. */
  async findFailing(document: JsonObject, seeds: number): Promise<Failing | undefined> {
    for (let i = 0; i < seeds; i++) {
      const seeded = { ...document, seed: seedAfter(document, i) }
      const report = await this.run(seeded)
      if (!report) return undefined
      if (this.isViolated(report)) return { document: seeded, report }
    }
    return undefined
  }

  isViolated({ invariants }: RunReport): boolean {
    return invariants.some(({ name, violations }) => name === this.invariant && violations > 0)
  }

  /** Whether it could have been violated at all. */
  isExamined({ invariants }: RunReport): boolean {
    return invariants.some(({ name, examined }) => name === this.invariant && examined > 0)
  }
}

export const seedAfter = (document: JsonObject, i: number) => (Number(document['seed'] ?? 1) + i) % 2 ** 32
