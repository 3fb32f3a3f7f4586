import type { Finding, Invariant, Verdict } from './check.ts'
import type { ExitCode } from './exit-codes.ts'
import type { FaultKind } from './fault.ts'
import type { Coverage } from './scenario.ts'
import type { SoloReport } from './solo-report.ts'

export const reportSchema = 'mcsim-report/1'

/** All that is said of a run, as plain data: what `report.json` holds and every other format renders. */
export interface RunReport {
  readonly schema: typeof reportSchema
  readonly mcsimVersion: string
  readonly runId: string
  readonly scenario: string
  readonly seed: number
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly durationMs: number
  readonly verdict: Verdict
  /** Why the verdict is what it is, in sentences. */
  readonly reasons: readonly string[]
  readonly warnings: readonly string[]
  readonly exitCode: ExitCode
  readonly timing: { readonly trusted: boolean; readonly reasons: readonly string[] }
  readonly coverage: Coverage
  /** What this run could not have seen, in sentences. */
  readonly notObserved: readonly string[]
  readonly findings: readonly Finding[]
  readonly invariants: readonly InvariantReport[]
  readonly groups: readonly GroupReport[]
  readonly operations: readonly OperationReport[]
  readonly pressure: readonly PressureReport[]
  readonly faults: readonly FaultReport[]
  readonly targets: readonly TargetReport[]
  readonly accounting: readonly AccountingLine[]
  readonly health: HealthReport
  readonly environment: EnvironmentReport
  /** What clients were told alone beside this; absent where they did not run alone. */
  readonly soloCompare?: SoloReport
  /** The command line that runs the same again. */
  readonly replay: string
  /** Stacks of what mcsim itself did wrong; not empty means exit code 70 or an inconclusive verdict. */
  readonly bugs: readonly string[]
}

export interface InvariantReport extends Invariant {
  readonly group: string
  readonly examined: number
  /** Of those; absent where none are. */
  readonly examinedByTime?: number
  readonly undecidable: number
  readonly violations: number
  /** On the run's clock; absent where nothing was violated, or a whole server was asked after the run. */
  readonly firstViolationMs?: number
  /** So many more are not counted, because they rest on times that are not to be trusted; absent where those are. */
  readonly suspended?: number
}

export interface GroupReport {
  readonly name: string
  readonly system: string
  readonly target: string
  readonly planned: number
  readonly finished: number
  readonly unfinished: number
  readonly dropped: number
}

/** Counts of one operation of one group; `sent` = ok + failed + limited + indeterminate + inFlight. */
export interface OperationReport {
  readonly group: string
  readonly operation: string
  /** A series of its own: operations that a fault of the run struck, or that came before their client had recovered. */
  readonly underFault: boolean
  readonly sent: number
  readonly ok: number
  readonly failed: number
  /** Denied by a limit that the target declares; not an error and not a violation. */
  readonly limited: number
  readonly indeterminate: number
  readonly inFlight: number
  readonly errorCodes: Readonly<Record<string, number>>
  /** From the schedule: no coordinated omission. */
  readonly response: Percentiles
  /** From the invocation. */
  readonly service: Percentiles
  /** Mean service time of the median client and of the slowest client, ms. */
  readonly medianClientMs?: number
  readonly worstClientMs?: number
}

/** Milliseconds; `n` values, of which `overflow` were above what the histogram can tell. */
export interface Percentiles {
  readonly n: number
  readonly overflow: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly p9999: number
  readonly max: number
  /**
   * Values from here on are lower bounds: operations that got no answer count with the time until they were given up.
   * Absent where all were answered.
   */
  readonly lowerBoundFromMs?: number
}

/**
 * What came of one HTTP load that ran beside the clients, or alone (`mcsim bench`). `sent` = `answered` + `lost` +
 * `inFlight`.
 */
export interface PressureReport {
  readonly url: string
  readonly method: string
  readonly connections: number
  readonly pipelining: number
  /** Requests per second that were asked for; absent: as many as are answered. */
  readonly rate?: number
  readonly durationMs: number
  readonly sent: number
  readonly answered: number
  /** Not answered: they timed out, or their connection broke or was closed by the server. */
  readonly lost: number
  /** Not answered yet when the load ended. */
  readonly inFlight: number
  /** Answers with another status than 200 to 299. */
  readonly non2xx: number
  /** Failed connections by error code, and `timeout`. */
  readonly errorCodes: Readonly<Record<string, number>>
  /** Of all answers, with their headers. */
  readonly bytes: number
  /** Answers per second. */
  readonly perSecond: number
  /** From sending to the whole answer, whatever its status; a timeout counts as a lower bound. */
  readonly latency: Percentiles
  /** Share of the time, 0…1, in which its thread had work to do. Near 1 it may have been the limit, and not the server. */
  readonly busyShare: number
  /** Why it came to nothing or ended early, in a sentence; absent where it did what it was asked for. */
  readonly failure?: string
}

/** What came of one entry of the scenario's `faults`. */
export interface FaultReport {
  readonly kind: FaultKind
  readonly groups: readonly string[]
  /** Clients that it concerned. */
  readonly clients: number
  /** How often it was to act. */
  readonly planned: number
  /** How often it did: once for each connection that stood at its time, and once for each client that took a step. */
  readonly struck: number
}

export const benchSchema = 'mcsim-bench/1'

/** What `mcsim bench` measured. */
export interface BenchReport extends PressureReport {
  readonly schema: typeof benchSchema
  readonly mcsimVersion: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  /** How long it should have taken. */
  readonly askedMs: number
  readonly environment: EnvironmentReport
}

export interface TargetReport {
  readonly name: string
  readonly system: string
  readonly url: string
  /** Whether this run started it. */
  readonly reference: boolean
  /** Those that were planted in it. */
  readonly defects: readonly string[]
}

/** One identity: `total` must equal the sum of `parts`. */
export interface AccountingLine {
  readonly subject: string
  readonly total: number
  readonly parts: Readonly<Record<string, number>>
  readonly holds: boolean
}

export interface HealthReport {
  readonly cpuShare: number
  readonly loopDelayP99Ms: number
  readonly latenessP50Ms: number
  readonly latenessP99Ms: number
  readonly peakRssBytes: number
}

export interface EnvironmentReport {
  readonly node: string
  readonly platform: string
  readonly cpus: number
  readonly threads: number
}
