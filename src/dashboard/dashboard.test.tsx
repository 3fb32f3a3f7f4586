import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Dashboard } from './dashboard.tsx'
import type { DashboardActions, DashboardState, GroupState } from './dashboard-state.ts'

afterEach(cleanup)

const uploaders: GroupState = {
  name: 'uploaders',
  firstClient: 0,
  planned: 3,
  alive: 2,
  done: 1,
  perSecond: 312.4,
  rates: [100, 200, 400],
  percentiles: { p50Ms: 1.2, p95Ms: 8.5, p99Ms: 21 },
  errors: 0,
  violations: 2,
  latency: [
    { upToMs: 2.048, count: 30 },
    { upToMs: 4.096, count: 10 },
  ],
}

const viewers: GroupState = { ...uploaders, name: 'viewers', firstClient: 3, planned: 2, violations: 0, errors: 4 }

const finding = {
  group: 'uploaders',
  invariant: 'ownership',
  count: 2,
  lastMs: 3000,
  message: 'client 2 got data of client 1',
}

const state: DashboardState = {
  scenario: 'gateway',
  seed: 42,
  runId: 'run',
  elapsedMs: 12_400,
  phase: 'running',
  verdict: 'fail',
  groups: [uploaders, viewers],
  matrix: { cells: 3, perCell: 1, reached: [5, 0, 2], leaks: [0, 0, 0, 0, 0, 7, 0, 0, 0] },
  findings: [finding],
  health: { busyShare: 0.34, loopDelayP99Ms: 2, latenessP99Ms: 0.3, rssBytes: 200 * 2 ** 20, doubts: [] },
  watched: undefined,
}

function show(rows = 36, columns = 120, shown: DashboardState = state) {
  const actions = { pause: vi.fn(), resume: vi.fn(), watch: vi.fn(), interrupt: vi.fn() } satisfies DashboardActions
  const at = (current: DashboardState) => <Dashboard state={current} size={{ rows, columns }} actions={actions} />
  const app = render(at(shown))
  const frame = () => app.lastFrame() ?? ''
  const press = async (key: string) => {
    await vi.waitFor(() => expect(app.stdin.listenerCount('readable')).toBeGreaterThan(0))
    app.stdin.write(key)
  }
  /** Waits for a frame with the text, or, where it begins with `!`, without it. */
  const see = (text: string) =>
    vi.waitFor(() =>
      text.startsWith('!') ? expect(frame()).not.toContain(text.slice(1)) : expect(frame()).toContain(text),
    )
  return { actions, frame, press, see, change: (next: DashboardState) => app.rerender(at(next)) }
}

const keys = {
  down: '\x1b[B',
  up: '\x1b[A',
  left: '\x1b[D',
  right: '\x1b[C',
  enter: '\r',
  escape: '\x1b',
  ctrlC: '\x03',
}

describe('the dashboard', () => {
  it('shows how the run goes as a whole', () => {
    const { frame } = show()
    expect(frame()).toMatchSnapshot()
    expect(frame()).toContain('FAIL so far: 2 violations')
    expect(frame()).toMatch(/uploaders +2 +1\/3 +312 +▂▄█ +1\.2 ms +8\.5 ms +21 ms +0 +2/)
    expect(frame()).toContain('✗ ownership in uploaders ×2 last at 3.00 s')
    expect(frame()).toContain('client 2 got data of client 1')
  })

  it('shows whose data reached whom: owners in rows, recipients in columns', () => {
    const rows = show()
      .frame()
      .split('\n')
      .map((line) => line.slice(0, 14).trimEnd())
    expect(rows).toEqual(expect.arrayContaining(['     0 ██· ·', '     1 · ░░▓✗', '     2 · · ██']))
  })

  it.each([
    [24, 80],
    [12, 60],
    [8, 20],
    [60, 200],
  ])('fits a terminal of %i lines and %i columns, one line short of it', (rows, columns) => {
    const lines = show(rows, columns).frame().split('\n')
    expect(lines.length).toBeLessThanOrEqual(Math.max(8, rows - 1))
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns)
  })

  it('puts violations first where there is no room for both', () => {
    const { frame } = show(24, 80)
    expect(frame()).toContain('client 2 got data of client 1')
    expect(frame()).not.toContain('response times')
  })

  it('says that it has begun before anything has happened', () => {
    const begun = { ...state, phase: 'starting', groups: [], findings: [], verdict: undefined } as const
    const { frame } = show(36, 120, { ...begun, matrix: { cells: 0, perCell: 1, reached: [], leaks: [] } })
    expect(frame()).toContain('starting')
    expect(frame()).toContain('nothing violated so far')
  })

  it('selects groups with the arrows and shows their response times', async () => {
    const { press, see } = show()
    await see('response times of uploaders')
    await press(keys.down)
    await see('response times of viewers')
    await press(keys.down)
    await see('❯ viewers')
    await press(keys.up)
    await see('❯ uploaders')
  })

  it('looks at one client after the other, and back', async () => {
    const { actions, press, see, change } = show()
    const isWatched = (client: number | undefined) =>
      vi.waitFor(() => expect(actions.watch).toHaveBeenLastCalledWith(client))
    await press(keys.down)
    await press(keys.enter)
    await isWatched(3)
    await see('client 3 of viewers (1 of 2)')
    change({ ...state, watched: { client: 3, group: 'viewers', lines: ['1.000 s → pause #4'] } })
    await see('→ pause #4')
    await press(keys.right)
    await isWatched(4)
    await see('!→ pause #4')
    await press(keys.right)
    await isWatched(3)
    await press(keys.left)
    await isWatched(4)
    await press(keys.escape)
    await isWatched(undefined)
    await see('response times of viewers')
  })

  it('holds arrivals back and lets them go on with the same key', async () => {
    const { actions, press, change, see } = show()
    await press('p')
    await vi.waitFor(() => expect(actions.pause).toHaveBeenCalledOnce())
    change({ ...state, phase: 'paused' })
    await see('p go on')
    await press('p')
    await vi.waitFor(() => expect(actions.resume).toHaveBeenCalledOnce())
  })

  it('counts every Ctrl-C, also two that come at once', async () => {
    const { actions, press } = show()
    const isInterrupted = (times: number) => vi.waitFor(() => expect(actions.interrupt).toHaveBeenCalledTimes(times))
    await press('q')
    await isInterrupted(1)
    await press(keys.ctrlC)
    await isInterrupted(2)
    await press(keys.ctrlC + keys.ctrlC)
    await isInterrupted(4)
  })

  it('explains its keys', async () => {
    const { press, see } = show()
    await press('?')
    await see('hold back new arrivals')
    await press('?')
    await see('response times')
  })

  it('tells how many kinds of violations there is no room for', () => {
    const findings = Array.from({ length: 40 }, (_, i) => ({ ...finding, invariant: `rule-${i}` }))
    const { frame } = show(36, 120, { ...state, findings })
    expect(frame()).toMatch(/violations, the latest \d+ of 40 kinds/)
  })
})
