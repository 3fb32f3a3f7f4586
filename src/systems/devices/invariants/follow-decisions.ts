import type { Completion, Invocation, RunEvent } from '../../../core/event.ts'
import { InFlight } from '../../../core/in-flight.ts'
import {
  type DecidedValue,
  type RegisteredValue,
  type ReportedValue,
  type ReportValue,
  readAnswer,
} from '../workload/event-values.ts'
import { listReportedTimes, type PlannedDevice } from '../workload/plan-device.ts'
import { ReportedCosts } from '../workload/reported-costs.ts'

export interface SeenDecision {
  readonly event: Completion
  readonly layer: number
  readonly model: string
  /** The round of the device's last report, or 0. */
  readonly round: number
  /** The layers that can follow from the own reports; undefined where those exclude none. */
  readonly expected: readonly number[] | undefined
  /** The first one since the device registered again, after reports that were counted. */
  readonly isFirstAfterReturn: boolean
  /** It is not among the expected ones, but what a device is told that has reported nothing yet. */
  readonly isAsOfNewDevice: boolean
  /** No report of this device has been counted so far. */
  readonly isFresh: boolean
}

/** Refused for certain: nothing of it can have been counted. */
const refusedCodes: ReadonlySet<string | undefined> = new Set(['refused', 'busy', 'rate-limited', 'unsent'])

/**
 * Follows one device's reports and derives anew, for each decision that it gets, what the decision can have been. Several
 * checkers may ask it about one event.
 */
export class DecisionFollower {
  private readonly device: PlannedDevice
  private readonly reports = new InFlight<ReportValue>()
  private latest: RunEvent | undefined
  private latestDecision: SeenDecision | undefined
  private model: string | undefined
  /** Undefined while the device has no model, or one that its parameters do not list. */
  private costs: ReportedCosts | undefined
  private isFirstAfterReturn = false
  private round = 0

  constructor(device: PlannedDevice) {
    this.device = device
  }

  /** Returns the decision where the event is one. */
  observe(event: RunEvent): SeenDecision | undefined {
    if (event === this.latest) return this.latestDecision
    this.latest = event
    this.latestDecision = this.follow(event)
    return this.latestDecision
  }

  private follow(event: RunEvent): SeenDecision | undefined {
    if (event.type === 'invocation') this.observeInvocation(event)
    if (event.type !== 'completion') return undefined
    const { operation, outcome } = event
    if (operation === 'report' || operation === 'repeated-report') this.observeReport(event)
    else if (operation === 'register' && outcome === 'ok') this.observeRegistration(event)
    else if (operation === 'decide' && outcome === 'ok') return this.observeDecision(event)
    return undefined
  }

  private observeInvocation({ operation, operationId, value }: Invocation): void {
    if (operation === 'report' || operation === 'repeated-report') {
      this.reports.add(operationId, value as unknown as ReportValue)
    }
  }

  private observeRegistration({ value }: Completion): void {
    const name = readAnswer<RegisteredValue>(value)?.model
    if (name !== undefined) this.takeModel(name)
    this.isFirstAfterReturn = this.costs?.isKnown === true
  }

  private takeModel(name: string): void {
    if (name === this.model) return
    this.model = name
    const model = this.device.findModel(name)
    this.costs = model && new ReportedCosts(model, this.costs)
  }

  private observeReport({ operation, operationId, outcome, errorCode, value }: Completion): void {
    const report = this.reports.take(operationId)
    this.round = report?.round ?? this.round
    const model = report && this.device.findModel(report.model)
    if (!model || report.model !== this.model || refusedCodes.has(errorCode)) return
    const layerSeconds = listReportedTimes(this.device, model, report.round, report.layer)
    const { transferSeconds } = readAnswer<ReportedValue>(value) ?? {}
    const counted = { bytes: report.bytes, layerSeconds, transferSeconds }
    if (outcome !== 'ok') this.costs?.addUnanswered(counted)
    else if (operation === 'report') this.costs?.add(counted)
    else this.costs?.addDoubtful(counted)
  }

  private observeDecision(event: Completion): SeenDecision | undefined {
    const decision = readAnswer<DecidedValue>(event.value)
    if (decision?.layer === undefined || this.model === undefined) return undefined
    const { isFirstAfterReturn } = this
    this.isFirstAfterReturn = false
    const { layer } = decision
    const expected = this.listExpected(decision.model ?? this.model)
    const lastLayer = (this.device.findModel(this.model)?.layers.length ?? 0) - 1
    return {
      event,
      layer,
      model: this.model,
      round: this.round,
      expected,
      isFirstAfterReturn,
      isAsOfNewDevice: layer === lastLayer && expected?.includes(layer) === false,
      isFresh: this.costs?.isKnown !== true,
    }
  }

  /** Nothing is known of a decision for another model than the assigned one. */
  private listExpected(model: string): readonly number[] | undefined {
    if (model !== this.model) return undefined
    const decisions = this.costs?.listDecisions()
    return decisions && decisions.length < (this.device.findModel(model)?.layers.length ?? 0) ? decisions : undefined
  }
}
