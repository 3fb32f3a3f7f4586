import type { Scenario } from '../core/scenario.ts'
import type { ShownDashboard } from '../dashboard/show-dashboard.tsx'
import type { RunProgress } from '../engine/progress.ts'
import { RunRequests } from '../engine/run-requests.ts'
import { ProgressDescriber } from './describe-progress.ts'
import type { Io, TerminalIo } from './io.ts'
import { printProgress } from './print-progress.ts'

export interface FollowOptions {
  readonly runId: string
  readonly strict: boolean
  readonly quiet: boolean
  /** Whether the user wants to see it where it can be shown. */
  readonly dashboard: boolean
}

/** Somebody who watches a run. */
export interface RunFollower {
  readonly requests: RunRequests
  onProgress(progress: RunProgress): void
  /** A line that the user is to read: at once, or when the terminal is free again. */
  warn(line: string): void
  close(): void
}

/** Shows how a run goes: the dashboard on a terminal, else a plain line now and then, or nothing. */
export async function followRun(scenario: Scenario, options: FollowOptions, io: Io): Promise<RunFollower> {
  const { terminal } = io
  if (terminal && options.dashboard && !options.quiet && suitsDashboard(io)) {
    return showRun(scenario, options, io, terminal)
  }
  return {
    requests: new RunRequests(),
    onProgress: options.quiet ? () => {} : printProgress(io),
    warn: (line) => void io.stderr.write(`${line}\n`),
    close: () => {},
  }
}

/** Where output is kept or nobody looks, the dashboard would be rubbish. */
const suitsDashboard = ({ env }: Io) => !env['CI'] && env['TERM'] !== 'dumb'

async function showRun(scenario: Scenario, options: FollowOptions, io: Io, terminal: TerminalIo): Promise<RunFollower> {
  // React and Ink take a third of a second to load, which only those pay who see them.
  const { showDashboard } = await import('../dashboard/show-dashboard.tsx')
  const requests = new RunRequests()
  const describer = new ProgressDescriber(scenario, options)
  const warnings: string[] = []
  let isPaused = false
  let latest: RunProgress | undefined
  const phase = () => (io.signal.aborted ? 'draining' : isPaused ? 'paused' : 'running')
  const show = () => latest && dashboard.update(describer.describe(latest, phase()))
  const setPaused = (paused: boolean) => {
    isPaused = paused
    requests.send({ type: paused ? 'pause' : 'resume' })
    show()
  }
  const dashboard: ShownDashboard = showDashboard(terminal, describer.begin(), {
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    watch: (client) => requests.send({ type: 'watch', client }),
    interrupt: terminal.interrupt,
  })
  const forget = terminal.onExit(() => dashboard.close())
  return {
    requests,
    onProgress(progress) {
      latest = progress
      show()
    },
    warn: (line) => void warnings.push(line),
    close() {
      forget()
      dashboard.close()
      for (const line of warnings) void io.stderr.write(`${line}\n`)
    },
  }
}
