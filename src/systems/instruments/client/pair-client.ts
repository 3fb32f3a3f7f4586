import { setTimeout as delay } from 'node:timers/promises'
import type { SimulatedClient } from '../../../core/client.ts'
import type { Json } from '../../../core/json.ts'
import type { PlannedFile } from '../workload/plan-pair.ts'
import { AgentSide, type SideContext } from './agent-side.ts'
import type { InstrumentLink } from './instrument-link.ts'
import { Notice } from './notice.ts'
import { probeRefusal, vanish } from './probes.ts'
import { exportWithoutKey, probeNamelessViewer, watchWithoutKey } from './viewer-probes.ts'
import { ViewerSide } from './viewer-side.ts'

/** Beyond the grace, so much longer: the server's own timers may be late. */
const beyondGraceMs = 100

/** A server that breaks down takes a request with it. */
const startTries = 3

/**
 * An agent and its viewers. In each iteration a viewer starts a session, the agent sends its files, the viewers look on,
 * and one of them exports and stops it. Connections of viewers are opened at first; agents register when they have
 * something to do.
 */
export class PairClient implements SimulatedClient {
  private readonly context: Omit<SideContext, 'signal'>
  private readonly notice = new Notice()
  private viewers: readonly ViewerSide[] = []
  private agent: AgentSide | undefined
  private keyless: InstrumentLink | undefined
  /** Trials that said something. */
  private readonly decided = new Set<'nameless' | 'rival'>()

  constructor(context: Omit<SideContext, 'signal'>) {
    this.context = context
  }

  async open(signal: AbortSignal): Promise<boolean> {
    const { params } = this.context
    const context = { ...this.context, signal }
    this.agent = params.agent ? new AgentSide(context) : undefined
    this.viewers = Array.from({ length: params.viewers }, () => new ViewerSide(context, this.notice))
    const connected = await Promise.all(this.viewers.map((viewer) => viewer.connect()))
    return connected.every(Boolean)
  }

  async iterate(session: number, signal: AbortSignal): Promise<boolean> {
    const { pair } = this.context
    const context = { ...this.context, signal }
    if (pair.vanishes(session)) await vanish(context)
    if (this.agent && !this.agent.isThere && !(await this.register(this.agent, session))) return false
    await this.tryWhatIsRefused(context)
    for (const viewer of this.viewers) if (!(await viewer.ensure()) || !(await viewer.check())) break
    const { agent } = this
    if (!agent) return this.lookOn(session, signal)
    return this.runSession(agent, session, signal)
  }

  async close(): Promise<void> {
    await Promise.all([this.agent?.close(), this.keyless?.close(), ...this.viewers.map((viewer) => viewer.close())])
  }

  /** Each is tried until it is decided: a server that breaks down meanwhile says nothing. */
  private async tryWhatIsRefused(context: SideContext): Promise<void> {
    const { pair } = context
    if (pair.triesNameless && !this.decided.has('nameless')) {
      const isDecided = await probeRefusal(context, 'nameless')
      if ((await probeNamelessViewer(context)) && isDecided) this.decided.add('nameless')
    }
    if (pair.triesRival && this.agent && !this.decided.has('rival')) {
      if (await probeRefusal(context, 'rival', this.agent)) this.decided.add('rival')
    }
    if (pair.triesKeyless && !this.keyless?.isOpen) this.keyless = await watchWithoutKey(context)
  }

  /** Viewers whose user has no agent: whatever they are told of one is another's. */
  private async lookOn(session: number, signal: AbortSignal): Promise<boolean> {
    const { params } = this.context
    const [viewer] = this.viewers
    if (!viewer) return true
    await viewer.start(session)
    await viewer.requestStatus()
    await pause(params.lingerMs, signal)
    await viewer.export(session)
    await viewer.check(session)
    return true
  }

  private async runSession(agent: AgentSide, session: number, signal: AbortSignal): Promise<boolean> {
    const { params, pair } = this.context
    const [viewer] = this.viewers
    if (viewer && pair.previews(session)) await viewer.preview(session)
    if (viewer && pair.asksSegments(session)) await viewer.findSegments(session)
    if (viewer && !(await this.start(agent, viewer, session))) return this.finish(agent)
    // Asked before the agent was there, a server that wants keys has not let them in.
    if (params.viewerKeys) for (const one of this.viewers.slice(1)) await one.check()
    let sent: PlannedFile[] = []
    let started = agent.session
    for (const [index, file] of pair.listFiles(session).entries()) {
      if (signal.aborted) return true
      if (!(await this.disturb(agent, session, index))) return false
      for (let answer = 'moved'; answer === 'moved'; ) {
        // A new session knows nothing of the old one: it has to be started again.
        if (agent.session !== started && viewer) {
          sent = []
          started = agent.session
          if (!(await this.start(agent, viewer, session))) return this.finish(agent)
        }
        answer = await agent.send(file, pair.leavesDuring(session, index))
        if (answer === 'gone') return false
      }
      sent.push(file)
      await pause(params.fileIntervalMs, signal)
    }
    await this.awaitUpdates(sent, signal)
    await pause(params.lingerMs, signal)
    for (const one of this.viewers) if (await one.ensure()) await one.check(session)
    if (viewer) await this.conclude(agent, viewer, session, signal)
    return this.finish(agent)
  }

  /** Has the viewer start the session, and waits for the agent to be told; again, where a connection was lost. */
  private async start(agent: AgentSide, viewer: ViewerSide, session: number): Promise<boolean> {
    const handle = this.context.pair.handleOf(session)
    for (let i = 0; i < startTries; i++) {
      if (!(await viewer.ensure()) || !(agent.isThere || (await agent.comeBack()))) return false
      agent.instructed.delete(handle)
      const { registrations } = agent
      const answer = await viewer.start(session)
      if (answer === 'lost') continue
      if (answer === 'refused') return false
      const isTold = () => agent.instructed.has(handle)
      if (await agent.awaitInstruction('await-instructions', { session, handle }, isTold)) return true
      if (agent.isThere && agent.registrations === registrations) return false
    }
    return false
  }

  /** The server may still be busy with the end of an earlier connection. */
  private register(agent: AgentSide, session: number): Promise<boolean> {
    return session === 0 ? agent.register() : agent.comeBack()
  }

  private async conclude(agent: AgentSide, viewer: ViewerSide, session: number, signal: AbortSignal): Promise<void> {
    if (!(await viewer.ensure())) return
    await viewer.export(session)
    if (this.keyless?.isOpen) await exportWithoutKey({ ...this.context, signal }, this.keyless)
    const { stops } = agent
    viewer.stop()
    await agent.awaitInstruction('await-stop', { session } as Json, () => agent.stops > stops)
  }

  /** What was said of the agent is proven by its still being there. */
  private async finish(agent: AgentSide): Promise<boolean> {
    if (agent.isThere) await agent.prove()
    return true
  }

  /** False: the agent is gone for good. */
  private async disturb(agent: AgentSide, session: number, index: number): Promise<boolean> {
    const { params, pair } = this.context
    if (pair.sendsInvalidBefore(session, index)) {
      await agent.sendInvalid(`${pair.handleOf(session)}_invalid${session}-${index}.exe`)
    }
    if (pair.longLeaveAt(session) === index) return agent.leave('beyond-grace', params.graceMs + beyondGraceMs)
    if (pair.silentAt(session) === index) return agent.leave('silent', 0)
    if (pair.leavesBefore(session, index)) return agent.leave('within-grace', params.awayMs)
    return agent.isThere || agent.comeBack()
  }

  /** Until every viewer has got every file, or for as long as the server may take. */
  private async awaitUpdates(sent: readonly PlannedFile[], signal: AbortSignal): Promise<void> {
    const { settleMs } = this.context.params
    const hasAll = (viewer: ViewerSide) => viewer.number === 0 || sent.every(({ name }) => viewer.seen.has(name))
    await this.notice.until(() => this.viewers.every(hasAll), settleMs, signal)
  }
}

/** Resolves after the time or at the abort, whichever is first. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => {})
}
