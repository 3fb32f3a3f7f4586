import { setTimeout as delay } from 'node:timers/promises'
import type { Recorder } from '../../../core/client.ts'
import type { Json } from '../../../core/json.ts'
import type { InstrumentsParams } from '../params/instruments-params.ts'
import { encodeDataFile } from '../wire/data-file.ts'
import { modeEvents } from '../wire/sessions.ts'
import type { FileAnswerValue, LeftValue, RegisteredValue } from '../workload/event-values.ts'
import { measure } from '../workload/make-file.ts'
import type { PlannedFile, PlannedPair } from '../workload/plan-pair.ts'
import { readInstruction } from './describe-event.ts'
import { InstrumentLink } from './instrument-link.ts'
import { Notice } from './notice.ts'
import { completeOperation } from './outcome-codes.ts'

/** What both sides of a pair are made with. */
export interface SideContext {
  readonly pair: PlannedPair
  readonly params: InstrumentsParams
  readonly client: number
  /** Servers of one cluster; agents that come back go to the next one. */
  readonly urls: readonly string[]
  readonly recorder: Recorder
  readonly signal: AbortSignal
  readonly transport: 'websocket' | 'polling'
}

export const ackEvents = ['file_processing_complete', 'file_validation_error']

/** Between two tries to come back. */
const retryMs = 50

/** The agent of a pair: it registers, sends its files one after the other, and comes back when its connection is gone. */
export class AgentSide {
  /** What instructions have come: handles of sessions, and how many orders to stop. */
  readonly instructed = new Set<string>()
  stops = 0
  /** Woken by each instruction. */
  readonly notice = new Notice()
  /** How many connections it has had. */
  registrations = 0
  private tries = 0
  private readonly context: SideContext
  private link: InstrumentLink | undefined
  private sessionId: string | undefined
  private silent: InstrumentLink[] = []
  private unanswered = new Set<string>()

  constructor(context: SideContext) {
    this.context = context
  }

  get session(): string | undefined {
    return this.sessionId
  }

  get isThere(): boolean {
    return this.link?.isOpen === true
  }

  /** The server has told the last connection to go. */
  get isDismissed(): boolean {
    return this.link?.isDismissed === true
  }

  /** Connects and registers. False: it could not. */
  async register(mayBeRefused = false): Promise<boolean> {
    const { params, pair, urls, recorder, signal, transport } = this.context
    const link = new InstrumentLink({
      url: urls[this.tries++ % urls.length] as string,
      query: { user_id: pair.userId, ...(params.viewerKeys && { viewer_key: pair.viewerKey }) },
      headers: { authorization: `Bearer ${params.agentToken}` },
      role: 'agent',
      transport,
      recorder,
      signal,
      mayBeRefused,
      connectLimitMs: params.connectLimitMs,
      noticed: (name, value) => this.take(name, value),
    })
    this.link = link
    const registered = link.ask({
      operation: 'register',
      value: null,
      answers: ['session_info', 'connection_rejected'],
      limitMs: params.requestLimitMs,
      isOptional: true,
    })
    const failure = await link.open()
    const answer = failure ? undefined : await registered
    const isRefused = answer === undefined || !link.isOpen || (answer !== null && !isRegistered(answer))
    if (isRefused) {
      link.drop()
      return false
    }
    this.registrations++
    this.sessionId = (answer as Partial<RegisteredValue> | null)?.sessionId ?? undefined
    return true
  }

  /** Tries until it is registered again. While the server has not noticed that it was gone, it may be refused. */
  async comeBack(): Promise<boolean> {
    const { params, recorder, signal } = this.context
    const noticeMs = this.silent.length > 0 ? params.noticeMs : 0
    const giveUpAt = performance.now() + params.graceMs + params.requestLimitMs + noticeMs
    const failed = this.link?.number ?? 0
    while (!signal.aborted) {
      if (await this.register(true)) {
        this.forgetSilent()
        return true
      }
      if (performance.now() > giveUpAt) break
      await delay(retryMs, undefined, { signal }).catch(() => {})
    }
    if (!signal.aborted) completeOperation(recorder, recorder.invoke(failed, 'return', null), 'rejected')
    return false
  }

  /** Leaves, and comes back after a while. */
  async leave(how: LeftValue['how'], awayMs: number): Promise<boolean> {
    const { recorder, signal } = this.context
    const link = this.link
    // One that is gone already cannot leave.
    if (!link?.isOpen) return this.comeBack()
    // Whoever leaves was there at least until this was answered: from then on the server may count.
    await this.prove()
    if (!link.isOpen) return this.comeBack()
    recorder.fault(link.number, 'agent-left', { how })
    if (how === 'silent') {
      link.freeze()
      this.silent.push(link)
    } else {
      link.leave()
      await delay(awayMs, undefined, { signal }).catch(() => {})
    }
    return this.comeBack()
  }

  /**
   * Sends until it is answered; after the limit it goes on without. `moved`: the agent has come back to a session that
   * knows nothing of the file; `gone`: it is gone for good. `leaves`: at first while the server is at it.
   */
  async send(file: PlannedFile, leaves = false): Promise<'done' | 'moved' | 'gone'> {
    const { params, pair, client, signal } = this.context
    const { sessionId } = this
    const content = encodeDataFile(measure(pair, client, params, file))
    const event = modeEvents[params.mode].stream
    for (let isLeaving = leaves; !signal.aborted; isLeaving = false) {
      const answered = this.ask('send-file', file.name, content, event)
      const isBack = isLeaving ? await this.leave('within-grace', params.awayMs) : undefined
      if (await answered) return isBack === false ? 'gone' : 'done'
      if (isBack === undefined && this.isThere) {
        await this.prove()
        return 'done'
      }
      if (!(isBack ?? (await this.comeBack()))) return 'gone'
      if (this.sessionId !== sessionId) return 'moved'
    }
    return 'gone'
  }

  /** Sends a file of a kind that servers refuse. */
  async sendInvalid(name: string): Promise<void> {
    const { params } = this.context
    const answer = await this.ask('send-invalid', name, 'no measurement', modeEvents[params.mode].stream)
    if (!answer && this.isThere) await this.prove()
  }

  /** Shows that the connection is alive both ways: its answer comes after all that was sent before. */
  async prove(): Promise<boolean> {
    const { pair, params } = this.context
    const value = {
      user_id: pair.userId,
      session_id: this.sessionId ?? null,
      timestamp: new Date().toISOString(),
      agent_version: 'mcsim',
    }
    if (!this.link || this.unanswered.has('consent')) return false
    const answer = await this.link.ask({
      operation: 'consent',
      value: null,
      send: { event: 'agent_consent', value },
      answers: ['consent_logged'],
      limitMs: params.requestLimitMs,
      isOptional: true,
    })
    if (answer === null) this.unanswered.add('consent')
    return answer !== undefined && answer !== null
  }

  /** Waits for what the test looks for, and records whether it came. */
  async awaitInstruction(operation: string, value: Json, test: () => boolean): Promise<boolean> {
    const { recorder, params, signal } = this.context
    const { link, registrations } = this
    const operationId = recorder.invoke(link?.number ?? 0, operation, value)
    const arrived = await this.notice.until(test, params.settleMs, signal)
    const isSame = () => this.isThere && this.link === link && this.registrations === registrations
    const certain = arrived || (isSame() && (await this.prove()) && isSame())
    // What was sent before the proof's answer has come by now.
    const hasCome = arrived || test()
    completeOperation(recorder, operationId, undefined, { arrived: hasCome, certain })
    return hasCome
  }

  async close(): Promise<void> {
    this.forgetSilent()
    await this.link?.close()
  }

  private ask(operation: string, filename: string, content: string, event: string): Promise<Json | undefined> {
    const { params } = this.context
    if (!this.link) return Promise.resolve(undefined)
    return this.link.ask({
      operation,
      value: { filename },
      send: { event, value: { filename, content } },
      answers: ackEvents,
      accepts: (value) => (value as Partial<FileAnswerValue>).filename === filename,
      limitMs: params.answerLimitMs,
      isOptional: operation === 'send-invalid',
    })
  }

  private take(name: string, value: unknown): void {
    if (name === 'set_filters') {
      const { filters, isPreview } = readInstruction(value)
      if (!filters) return
      if (isPreview) this.sendPreview(filters.handle)
      else this.instructed.add(filters.handle)
    } else if (name === 'stop_data_stream' || name === 'stop_cv_data_stream') this.stops++
    this.notice.wake()
  }

  /** One file, without being asked twice. */
  private sendPreview(handle: string): void {
    const { pair, params, client } = this.context
    const file = pair.findFile(`${handle}_0.txt`)
    if (!file) return
    const content = encodeDataFile(measure(pair, client, params, file))
    this.link?.send('cv_data_from_agent', { filename: file.name, content, preview_mode: true, status: 'success' })
  }

  private forgetSilent(): void {
    for (const link of this.silent.splice(0)) link.drop()
  }
}

const isRegistered = (answer: Json) => (answer as Partial<RegisteredValue>).sessionId !== undefined
