import { render } from 'ink'
import { Dashboard } from './dashboard.tsx'
import type { DashboardActions, DashboardState } from './dashboard-state.ts'
import { useTerminalSize } from './use-terminal-size.ts'

/** A terminal that shows frames and one that tells keys; the same device, as a rule. */
export interface Terminal {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
}

export interface ShownDashboard {
  update(state: DashboardState): void
  /** Gives the terminal back as it was. Idempotent; also to be called when the process exits. */
  close(): void
}

const frameEveryMs = 250

/** https://invisible-island.net/xterm/ctlseqs/ctlseqs.html, private mode 1049; the cursor is hidden by Ink. */
const enterAlternateScreen = '\x1b[?1049h\x1b[H'
const leaveAlternateScreen = '\x1b[?1049l\x1b[?25h'

/** Takes over the terminal until it is closed, and shows the latest state four times a second. */
export function showDashboard(
  { input, output }: Terminal,
  first: DashboardState,
  actions: DashboardActions,
): ShownDashboard {
  output.write(enterAlternateScreen)
  const app = render(<Screen state={first} actions={actions} />, {
    stdout: output,
    stdin: input,
    exitOnCtrlC: false,
    patchConsole: false,
    // Ink 6.8 draws frames that are lower than the terminal one line too low when it draws increments.
    incrementalRendering: false,
    maxFps: 10,
  })
  let latest: DashboardState | undefined
  const timer = setInterval(() => {
    if (latest) app.rerender(<Screen state={latest} actions={actions} />)
    latest = undefined
  }, frameEveryMs)
  let isOpen = true
  return {
    update(state) {
      latest = state
    },
    close() {
      if (!isOpen) return
      isOpen = false
      clearInterval(timer)
      app.unmount()
      output.write(leaveAlternateScreen)
    },
  }
}

function Screen({ state, actions }: { readonly state: DashboardState; readonly actions: DashboardActions }) {
  return <Dashboard state={state} size={useTerminalSize()} actions={actions} />
}
