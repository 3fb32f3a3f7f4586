import type { Recorder, SimulatedClient } from '../../../core/client.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { ViewerScript } from '../workload/draw-script.ts'
import type { PlannedViewer } from '../workload/plan-viewer.ts'
import { ControlLink } from './control-link.ts'
import { DrivenSession } from './driven-session.ts'
import { endSession } from './end-session.ts'
import { OwnSignal } from './own-signal.ts'
import { playAct } from './play-act.ts'
import { ViewedSession } from './viewed-session.ts'

export interface ServerPlace {
  readonly host: string
  readonly port: number
  readonly basePath: string
}

/**
 * A viewer: in each iteration it makes a session, watches it, does to it what its script says, and sees it gone. Opening
 * makes no session yet, so that a witness, which only opens, has nothing to receive.
 */
export class ReplayClient implements SimulatedClient {
  private readonly viewer: PlannedViewer
  private readonly params: ReplayParams
  private readonly recorder: Recorder
  private readonly place: ServerPlace
  private readonly link: ControlLink
  /** How many sessions there were, the present one not included. */
  private sessions = 0
  private session: DrivenSession | undefined
  private readonly signal = new OwnSignal()

  constructor(viewer: PlannedViewer, params: ReplayParams, place: ServerPlace, recorder: Recorder) {
    const { connectTimeoutMs: connectLimitMs, requestLimitMs } = params
    this.viewer = viewer
    this.params = params
    this.recorder = recorder
    this.place = place
    this.link = new ControlLink(
      { host: place.host, port: place.port, connectLimitMs, requestLimitMs },
      recorder,
      this.signal,
    )
  }

  open(signal: AbortSignal): Promise<boolean> {
    this.signal.follow(signal)
    return this.link.open(this.epoch)
  }

  async iterate(): Promise<boolean> {
    const view = new ViewedSession(this.epoch, this.params)
    const index = this.sessions++
    if (!(await this.link.open(view.epoch))) return false
    const { params, recorder, place, viewer, signal } = this
    const session = new DrivenSession(view, this.link, { ...place, params, recorder, signal })
    this.session = session
    if (await session.begin(viewer)) await this.live(session, viewer.scriptAt(index))
    await session.closeStreams()
    return this.link.isReachable
  }

  async close(): Promise<void> {
    this.signal.release()
    await Promise.all([this.session?.closeStreams(), this.link.close()])
    this.session = undefined
  }

  /** Each session is an identity of its own, but for those that are shared. */
  private get epoch(): number {
    return this.params.session === 'shared' ? 0 : this.sessions
  }

  private async live(session: DrivenSession, { acts, lastWatchMs, stops }: ViewerScript): Promise<void> {
    await this.prepare(session)
    for (const planned of acts) {
      await session.watch(planned.watchMs)
      if (session.signal.aborted) return
      await playAct(session, planned)
    }
    await session.watch(lastWatchMs)
    if (!session.signal.aborted) await endSession(session, { lists: this.viewer.lists, stops })
  }

  /** Gives the session the viewer's signature, as far as it is the viewer's alone, and starts it. */
  private async prepare(session: DrivenSession): Promise<void> {
    const { mode, symbols, speeds } = this.viewer
    if (mode !== undefined) await session.chooseMode(mode, symbols[0])
    // LIVE has no speed.
    const hasSpeed = this.params.session === 'own' && this.params.mode !== 'LIVE'
    if (hasSpeed) await session.move((controls) => controls.speed(speeds[0]))
    if (!this.params.autoplay) await session.ask((controls) => controls.control('start'))
  }
}
