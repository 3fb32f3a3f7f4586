import type { Recorder } from '../../../core/client.ts'
import type { StopSignal } from '../../../transport/watch-socket.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import type { SessionAnswer } from '../wire/answers.ts'
import { pathsOf, type ReplayPaths, sessionKeyHeader } from '../wire/paths.ts'
import type { PlannedViewer } from '../workload/plan-viewer.ts'
import { backOff, isLastAttempt } from './back-off.ts'
import type { ControlLink, ControlRequest } from './control-link.ts'
import { ControlRequests, createSession } from './control-requests.ts'
import type { ViewedSession } from './viewed-session.ts'
import { ViewerStream } from './viewer-stream.ts'

export interface SessionSurroundings {
  readonly host: string
  readonly port: number
  readonly basePath: string
  readonly params: ReplayParams
  readonly recorder: Recorder
  readonly signal: StopSignal
}

/** One session of a viewer with its streams, and what can be done with it. After an abort nothing is done any more. */
export class DrivenSession {
  readonly view: ViewedSession
  readonly params: ReplayParams
  readonly signal: StopSignal
  private readonly surroundings: SessionSurroundings
  private readonly link: ControlLink
  private streams: ViewerStream[] = []
  private wasWatched = false
  /** Where the viewer itself moved the cursor to, as long as nobody has seen a snapshot from there. */
  private movedToMs: number | undefined

  constructor(view: ViewedSession, link: ControlLink, surroundings: SessionSurroundings) {
    const { params, signal } = surroundings
    this.view = view
    this.params = params
    this.signal = signal
    this.surroundings = surroundings
    this.link = link
  }

  /** Makes the session and watches it. False: there is none. */
  async begin(viewer: PlannedViewer): Promise<boolean> {
    const { dialect, session, sessionIds } = this.params
    if (session === 'own' && sessionIds === 'issued' && dialect === 'session-last') {
      const created = await this.link.ask(createSession(this.findPaths()))
      if (created?.sessionId === undefined) return false
      this.view.id = created.sessionId
      this.view.key = created.key
    } else this.view.id = viewer.sessionIdAt(this.view.epoch)
    return this.openStream()
  }

  /** Sends what `choose` chooses among the session's requests. */
  ask<Answer>(choose: (controls: ControlRequests) => ControlRequest<Answer>): Promise<Answer | undefined> {
    return this.link.ask(choose(new ControlRequests(this.findPaths(), this.view)))
  }

  /** A control that moves the cursor by itself, without a snapshot. */
  async move(choose: (controls: ControlRequests) => ControlRequest<SessionAnswer>): Promise<void> {
    const answer = await this.ask(choose)
    if (!answer) return
    this.movedToMs = answer.cursorMs
    // What plays may have sent by now what is still to arrive.
    if (answer.state === 'STOPPED') this.view.standsAt(answer.cursorMs)
  }

  async chooseMode(mode: string, symbol: string): Promise<void> {
    // Snapshots of the new mode may come before the answer.
    this.view.mode = mode
    await this.move((controls) => controls.mode({ mode, symbol }))
  }

  async look(): Promise<void> {
    await this.ask((controls) => controls.look())
  }

  watch(ms: number): Promise<void> {
    return this.link.wait(ms)
  }

  /** Where the server has closed all streams, the viewer opens one anew. */
  async keepWatching(): Promise<void> {
    this.forgetLost()
    if (this.streams.length === 0) await this.openStream()
  }

  /** Opens one more stream. */
  async openStream(): Promise<boolean> {
    const { recorder, signal } = this.surroundings
    for (let attempt = 1; !signal.aborted; attempt++) {
      const stream = this.createStream()
      const { code, retryAfterMs } = await stream.open({ session: this.view.id ?? null, returns: this.wasWatched })
      if (code === undefined || code === 'history-timeout') {
        this.wasWatched = true
        // One that is pushed to is made for seventeen.
        this.streams = this.streams.concat(stream)
        return true
      }
      await stream.drop()
      if (code !== 'rate-limited' || isLastAttempt(attempt)) return false
      await backOff(recorder, stream.number, retryAfterMs, attempt, (ms) => this.watch(ms))
    }
    return false
  }

  /** Closes the stream that was opened first, or last. */
  async closeStream(which: 'old' | 'new'): Promise<void> {
    this.forgetLost()
    await (which === 'old' ? this.streams.shift() : this.streams.pop())?.close()
  }

  /** The streams that are open, in the order in which they were opened. */
  listStreams(): readonly ViewerStream[] {
    this.forgetLost()
    return this.streams
  }

  /** Waits until each stream has all that the session has sent before a pause, whose answer had this cursor. */
  async settle(cursorMs: number): Promise<void> {
    // Back there nothing was sent yet: no snapshot has this time.
    if (cursorMs === this.movedToMs || this.view.cursorIsNext) return
    await Promise.all(this.listStreams().map((stream) => stream.settle(cursorMs, this.params.settleMs)))
  }

  /** Breaks all connections off. */
  async leave(): Promise<void> {
    const number = this.listStreams()[0]?.number ?? 0
    this.surroundings.recorder.fault(number, 'leave', {})
    await Promise.all([this.link.drop(), ...this.streams.splice(0).map((stream) => stream.drop())])
  }

  async closeStreams(): Promise<void> {
    await Promise.all(this.streams.splice(0).map((stream) => stream.close()))
  }

  private forgetLost(): void {
    for (let i = this.streams.length - 1; i >= 0; i--) if (!this.streams[i]?.isOpen) this.streams.splice(i, 1)
  }

  private createStream(): ViewerStream {
    const { host, port, recorder, signal, params } = this.surroundings
    const { connectTimeoutMs: connectLimitMs, requestLimitMs, history } = params
    const { key } = this.view
    const limits = { connectLimitMs, requestLimitMs, hasNoHistory: !history }
    const common = { host, port, recorder, signal, ...limits, path: this.findPaths().stream }
    return new ViewerStream(
      { ...common, ...(key !== undefined && { headers: { [sessionKeyHeader]: key } }) },
      this.view,
    )
  }

  /** Spelled anew for each request: kept, they would take more memory than all else of a session. */
  private findPaths(): ReplayPaths {
    const { id } = this.view
    const session = id === undefined ? undefined : encodeURIComponent(id)
    return pathsOf(this.params.dialect, this.surroundings.basePath, session)
  }
}
