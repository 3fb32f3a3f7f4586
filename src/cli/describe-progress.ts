import type { Scenario } from '../core/scenario.ts'
import type { DashboardState, GroupState, Phase, WatchedState } from '../dashboard/dashboard-state.ts'
import type { LiveFinding, LiveView } from '../engine/observe-live.ts'
import type { PlannedGroup, RunProgress } from '../engine/progress.ts'
import { judgeTiming } from '../metrics/judge-timing.ts'
import { listOctaves, liveQuantileMs } from '../metrics/live-histogram.ts'
import { escapeControls } from '../report/escape-controls.ts'
import { formatEvent } from '../report/format-event.ts'

/** So many rates are shown, each over `rateEveryMs`. */
const keptRates = 60
const rateEveryMs = 500

/** Makes of each progress of one run what the dashboard shows; keeps what rates are made of. */
export class ProgressDescriber {
  private readonly scenario: Scenario
  private readonly runId: string
  private readonly strict: boolean
  private readonly rates = new Map<string, Rates>()

  constructor(scenario: Scenario, { runId, strict }: { readonly runId: string; readonly strict: boolean }) {
    this.scenario = scenario
    this.runId = runId
    this.strict = strict
  }

  /** What is shown before anything has happened. */
  begin(): DashboardState {
    return {
      ...this.head(),
      elapsedMs: 0,
      phase: 'starting',
      verdict: undefined,
      groups: [],
      matrix: { cells: 0, perCell: 1, reached: [], leaks: [] },
      findings: [],
      health: { busyShare: 0, loopDelayP99Ms: 0, latenessP99Ms: 0, rssBytes: 0, doubts: [] },
      watched: undefined,
    }
  }

  describe(progress: RunProgress, phase: Phase): DashboardState {
    const { elapsedMs, groups, live, health } = progress
    const isRed = ({ kind }: LiveFinding) => this.strict || kind !== 'hygiene'
    const hasOpenModel = this.scenario.groups.some(({ load }) => load.model === 'open')
    return {
      ...this.head(),
      elapsedMs,
      phase,
      verdict: live.findings.some(isRed) ? 'fail' : undefined,
      groups: groups.map((group) => this.describeGroup(group, progress)),
      matrix: live.matrix,
      findings: live.findings.map((finding) => ({ ...finding, message: escapeControls(finding.message) })),
      health: {
        ...health,
        doubts: judgeTiming({ ...health, cpuShare: health.busyShare }, { durationMs: elapsedMs, hasOpenModel }).reasons,
      },
      watched: describeWatched(live, groups),
    }
  }

  private head(): Pick<DashboardState, 'scenario' | 'seed' | 'runId'> {
    const { name, seed } = this.scenario
    return { scenario: name, seed, runId: this.runId }
  }

  private describeGroup({ name, firstClient, clients: planned }: PlannedGroup, progress: RunProgress): GroupState {
    const { elapsedMs, live } = progress
    const clients = progress.clients.find(({ group }) => group === name)?.clients
    const operations = progress.operations.find(({ group }) => group === name)
    const { arrived = 0, finished = 0, unfinished = 0 } = clients ?? {}
    const counts = operations?.counts
    const completed = counts ? counts.ok + counts.failed + counts.limited + counts.indeterminate : 0
    const rates = this.ratesOf(name).add(elapsedMs, completed)
    return {
      name,
      firstClient,
      planned,
      alive: arrived - finished - unfinished,
      done: finished,
      perSecond: rates.at(-1) ?? 0,
      rates,
      percentiles: operations && describePercentiles(operations.response),
      errors: counts ? counts.failed + counts.indeterminate : 0,
      violations: live.findings.reduce((sum, { group, count }) => sum + (group === name ? count : 0), 0),
      latency: operations ? listOctaves(operations.response) : [],
    }
  }

  private ratesOf(group: string): Rates {
    const rates = this.rates.get(group) ?? new Rates()
    this.rates.set(group, rates)
    return rates
  }
}

function describePercentiles(response: Parameters<typeof liveQuantileMs>[0]): GroupState['percentiles'] {
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((share) => liveQuantileMs(response, share))
  if (p50Ms === undefined || p95Ms === undefined || p99Ms === undefined) return undefined
  return { p50Ms, p95Ms, p99Ms }
}

function describeWatched({ watched }: LiveView, groups: readonly PlannedGroup[]): WatchedState | undefined {
  if (!watched) return undefined
  const { client, events } = watched
  const group = groups.findLast(({ firstClient }) => firstClient <= client)?.name ?? ''
  const lines = events.map((event) => `${(event.atMs / 1000).toFixed(3).padStart(8)} s ${formatEvent(event)}`)
  return { client, group, lines }
}

/** Operations per second of one group, over the time since the last of them. */
class Rates {
  private values: number[] = []
  private lastMs = 0
  private lastCount = 0

  add(atMs: number, count: number): readonly number[] {
    if (atMs - this.lastMs < rateEveryMs) return this.values
    const rate = ((count - this.lastCount) / (atMs - this.lastMs)) * 1000
    this.values = [...this.values, rate].slice(-keptRates)
    this.lastMs = atMs
    this.lastCount = count
    return this.values
  }
}
