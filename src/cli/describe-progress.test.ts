import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { Scenario } from '../core/scenario.ts'
import type { LiveFinding } from '../engine/observe-live.ts'
import type { RunProgress } from '../engine/progress.ts'
import { createLiveHistogram, recordLive } from '../metrics/live-histogram.ts'
import { ProgressDescriber } from './describe-progress.ts'

const scenario = { name: 'gateway', seed: 7, groups: [{ load: { model: 'closed' } }] } as unknown as Scenario

const finding: LiveFinding = {
  group: 'a',
  invariant: 'ownership',
  kind: 'isolation',
  class: 'foreign',
  count: 3,
  firstMs: 1,
  lastMs: 2,
  message: 'client 1 got \x1b[2J',
}

function progress(elapsedMs: number, ok: number, live: Partial<RunProgress['live']> = {}): RunProgress {
  const response = createLiveHistogram()
  for (let i = 0; i < ok; i++) recordLive(response, 4)
  const matrix = { cells: 1, perCell: 4, reached: new Uint32Array(1), leaks: new Uint32Array(1) }
  return {
    elapsedMs,
    planned: 4,
    groups: [
      { name: 'a', firstClient: 0 as ClientIndex, clients: 3 },
      { name: 'b', firstClient: 3 as ClientIndex, clients: 1 },
    ],
    clients: [
      {
        group: 'a',
        clients: { arrived: 3, finished: 1, unfinished: 0, dropped: 0 },
        closed: {},
        deliveries: {},
        faults: {},
      },
    ],
    operations: [{ group: 'a', counts: { sent: ok + 2, ok, failed: 1, limited: 0, indeterminate: 1 }, response }],
    live: { findings: [], matrix, watched: undefined, ...live },
    health: { busyShare: 0.2, loopDelayP99Ms: 1, latenessP99Ms: 1, rssBytes: 1 },
  }
}

const describer = (strict = false) => new ProgressDescriber(scenario, { runId: 'run', strict })

describe('what the dashboard shows of a run', () => {
  it('has a row for every group, also for one of which nothing has come yet', () => {
    const { groups } = describer().describe(progress(1000, 10), 'running')
    expect(groups).toMatchObject([
      { name: 'a', planned: 3, alive: 2, done: 1, errors: 2, violations: 0, firstClient: 0 },
      { name: 'b', planned: 1, alive: 0, done: 0, errors: 0, firstClient: 3, percentiles: undefined, latency: [] },
    ])
    expect(groups[0]?.percentiles?.p50Ms).toBeCloseTo(4, 0)
    expect(groups[0]?.latency).toEqual([{ upToMs: 4.096, count: 10 }])
  })

  it('tells operations per second of late, not on the average of the run', () => {
    const of = describer()
    of.describe(progress(1000, 10), 'running')
    of.describe(progress(1100, 500), 'running')
    const { groups } = of.describe(progress(2000, 110), 'running')
    expect(groups[0]?.rates).toEqual([12, 100])
    expect(groups[0]?.perSecond).toBe(100)
  })

  it('is red as soon as anything is violated that turns a run red', () => {
    const hygiene = { ...finding, kind: 'hygiene' } as const
    expect(describer().describe(progress(1, 1), 'running').verdict).toBeUndefined()
    expect(describer().describe(progress(1, 1, { findings: [finding] }), 'running').verdict).toBe('fail')
    expect(describer().describe(progress(1, 1, { findings: [hygiene] }), 'running').verdict).toBeUndefined()
    expect(describer(true).describe(progress(1, 1, { findings: [hygiene] }), 'running').verdict).toBe('fail')
  })

  it('lets nothing of a server’s steer the terminal', () => {
    const { findings } = describer().describe(progress(1, 1, { findings: [finding] }), 'running')
    expect(findings[0]?.message).toBe('client 1 got \\u001b[2J')
  })

  it('shows the events of the watched client', () => {
    const event: RunEvent = { type: 'opened', client: 3 as ClientIndex, connection: 2, atMs: 1500, role: 'x', epoch: 0 }
    const watched = { client: 3 as ClientIndex, events: [event] }
    expect(describer().describe(progress(2000, 1, { watched }), 'running').watched).toEqual({
      client: 3,
      group: 'b',
      lines: ['   1.500 s opens connection 2 (x)'],
    })
  })
})
