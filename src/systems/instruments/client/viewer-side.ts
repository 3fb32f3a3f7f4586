import type { Json } from '../../../core/json.ts'
import { type AnalysisParams, encodeAnalysisParams, encodeFilters, peakOptions } from '../wire/analysis-params.ts'
import { encodeDataFile } from '../wire/data-file.ts'
import { modeEvents } from '../wire/sessions.ts'
import { sweepRange } from '../workload/bump.ts'
import type { StatusValue } from '../workload/event-values.ts'
import { measureSweeps } from '../workload/sweeps.ts'
import type { SideContext } from './agent-side.ts'
import { InstrumentLink } from './instrument-link.ts'
import type { Notice } from './notice.ts'

/** A viewer of a pair: it asks for its user, and looks at what comes. */
export class ViewerSide {
  /** By file name: how many updates have come over the present connection. */
  readonly seen = new Map<string, number>()
  readonly notice: Notice
  private readonly context: SideContext
  private link: InstrumentLink | undefined
  private connections = 0

  constructor(context: SideContext, notice: Notice) {
    this.context = context
    this.notice = notice
  }

  /** The connection's number, to see whether it is still the same; 0 where there is none. */
  get number(): number {
    return this.link?.isOpen ? this.link.number : 0
  }

  async connect(): Promise<boolean> {
    const { params, urls, recorder, signal, transport } = this.context
    this.seen.clear()
    this.link = new InstrumentLink({
      // Where there are two servers, viewers begin at the other one.
      url: urls[(this.connections++ + 1) % urls.length] as string,
      query: {},
      headers: {},
      role: 'viewer',
      transport,
      recorder,
      signal,
      connectLimitMs: params.connectLimitMs,
      noticed: (name, value) => this.take(name, value),
      ended: () => this.notice.wake(),
    })
    return (await this.link.open()) === undefined
  }

  /** Makes sure that there is a connection that has asked for the user. False: there is none. */
  async ensure(): Promise<boolean> {
    if (this.link?.isOpen) return true
    return (await this.connect()) && (await this.check()) !== undefined
  }

  /** Asks whether the agent is there. With a session, all of it should have come before the answer. */
  check(endsSession: number | null = null): Promise<Json | undefined> {
    return this.ask('check', { endsSession }, 'check_agent_connection', {}, 'agent_connection_status', true)
  }

  requestStatus(): Promise<Json | undefined> {
    return this.ask('request-status', null, 'request_agent_status', {}, 'agent_status', true)
  }

  /** `told`: the server says that the agent was, or does not say that it was not. */
  async start(session: number): Promise<'told' | 'refused' | 'lost'> {
    const { params, pair } = this.context
    const { start, startAnswer } = modeEvents[params.mode]
    const handle = pair.handleOf(session)
    const payload = {
      analysisParams: encodeAnalysisParams(this.analysisParams(session)),
      filters: this.filters(handle),
    }
    const answer = await this.ask('start', { session, handle }, start, payload, startAnswer, true)
    if (answer === undefined) return 'lost'
    return (answer as Partial<StatusValue> | null)?.status === 'error' ? 'refused' : 'told'
  }

  /** Nothing answers this. */
  stop(): void {
    const { recorder, params, pair } = this.context
    if (!this.link?.isOpen) return
    recorder.complete(recorder.invoke(this.link.number, 'stop', null), 'ok', null)
    this.link.send(modeEvents[params.mode].stop, { user_id: pair.userId, ...this.key() })
  }

  async export(session: number): Promise<void> {
    const { export: event, exportAnswer } = modeEvents[this.context.params.mode]
    const payload = this.context.params.mode === 'frequency-map' ? { export_all: true } : {}
    await this.ask('export', { session }, event, payload, exportAnswer)
  }

  async preview(session: number): Promise<void> {
    const handle = this.context.pair.handleOf(session)
    const payload = {
      filters: this.filters(handle),
      analysisParams: encodeAnalysisParams(this.analysisParams(session)),
    }
    await this.ask('preview', { session, handle }, 'get_cv_preview', payload, 'cv_preview_response')
  }

  /** Not of the agent's: the viewer brings the file along. */
  async findSegments(session: number): Promise<void> {
    const { pair } = this.context
    const payload = {
      filename: pair.previewFile(session).name,
      content: encodeDataFile(measureSweeps(pair.sweeps(session))),
      params: encodeAnalysisParams(this.analysisParams(session)),
    }
    await this.ask('segments', { session }, 'get_cv_segments', payload, 'cv_segments_response', true)
  }

  async close(): Promise<void> {
    await this.link?.close()
  }

  private ask(
    operation: string,
    value: Json,
    event: string,
    payload: object,
    answer: string,
    isOptional = false,
  ): Promise<Json | undefined> {
    const { pair, params } = this.context
    const sent = { user_id: pair.userId, ...this.key(), ...payload }
    if (!this.link) return Promise.resolve(undefined)
    return this.link.ask({
      operation,
      value,
      send: { event, value: sent },
      answers: [answer],
      limitMs: params.requestLimitMs,
      isOptional,
    })
  }

  private key() {
    const { params, pair } = this.context
    return params.viewerKeys ? { viewer_key: pair.viewerKey } : {}
  }

  private filters(handle: string) {
    const { pair } = this.context
    return encodeFilters({
      handle,
      frequencies: pair.mode === 'cv' ? [] : pair.frequencies,
      rangeStart: 1,
      rangeEnd: 1_000_000,
      fileExtension: '.txt',
    })
  }

  private analysisParams(session: number): AnalysisParams {
    const { params, pair } = this.context
    const { start, end } = sweepRange
    return {
      voltageColumn: 1,
      currentColumn: 2,
      spacingIndex: 1,
      electrodes: params.electrodes,
      delimiter: 1,
      fileExtension: '.txt',
      peakOption: peakOptions[params.peakOption === 'area' ? 1 : 0],
      fileCount: params.files,
      frequencies: pair.frequencies,
      lowStart: start,
      lowEnd: end,
      highStart: start,
      highEnd: end,
      selectedElectrodes: params.electrodeChoice === 'each' ? [...Array(params.electrodes).keys()] : [],
      windowPoints: params.windowPoints,
      degree: params.degree,
      normalizationPoint: pair.normalizationPoint(session),
      sampleRate: 1,
    }
  }

  private take(name: string, value: unknown): void {
    const { update } = modeEvents[this.context.params.mode]
    if (name !== update) return
    const { filename } = value as { filename?: unknown }
    if (typeof filename === 'string') this.seen.set(filename, (this.seen.get(filename) ?? 0) + 1)
    this.notice.wake()
  }
}
