import type { Verdict } from '../core/check.ts'

/** What the dashboard shows of a run at one moment. Plain data; what is selected is the dashboard's own business. */
export interface DashboardState {
  readonly scenario: string
  readonly seed: number
  readonly runId: string
  readonly elapsedMs: number
  readonly phase: Phase
  /** As far as it can be told while the run goes on: no run has passed before its end. */
  readonly verdict: Extract<Verdict, 'fail'> | undefined
  readonly groups: readonly GroupState[]
  readonly matrix: MatrixState
  /** The latest first. */
  readonly findings: readonly FindingState[]
  readonly health: HealthState
  readonly watched: WatchedState | undefined
}

export type Phase = 'starting' | 'running' | 'paused' | 'draining'

export interface GroupState {
  readonly name: string
  /** Index of its first client; the others follow. */
  readonly firstClient: number
  readonly planned: number
  readonly alive: number
  readonly done: number
  readonly perSecond: number
  /** Operations per second of late, oldest first. */
  readonly rates: readonly number[]
  /** Response times; undefined where nothing was answered yet. */
  readonly percentiles: { readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number } | undefined
  readonly errors: number
  readonly violations: number
  /** Response times by octave, from the shortest that occurred to the longest. */
  readonly latency: readonly LatencyBar[]
}

export interface LatencyBar {
  readonly upToMs: number
  readonly count: number
}

/** Clients in cells of `perCell` neighbours. */
export interface MatrixState {
  readonly cells: number
  readonly perCell: number
  /** What reached each cell's clients. */
  readonly reached: ArrayLike<number>
  /** Owner's cell × `cells` + recipient's. */
  readonly leaks: ArrayLike<number>
}

export interface FindingState {
  readonly group: string
  readonly invariant: string
  readonly count: number
  readonly lastMs: number
  readonly message: string
}

export interface HealthState {
  readonly busyShare: number
  readonly loopDelayP99Ms: number
  readonly latenessP99Ms: number
  readonly rssBytes: number
  /** Why times are not to be trusted as it looks now; empty where they are. */
  readonly doubts: readonly string[]
}

export interface WatchedState {
  readonly client: number
  readonly group: string
  /** One for each of its latest events, oldest first. */
  readonly lines: readonly string[]
}

/** What a key may ask for. */
export interface DashboardActions {
  pause(): void
  resume(): void
  watch(client: number | undefined): void
  /** The first Ctrl-C drains, the second aborts. */
  interrupt(): void
}
