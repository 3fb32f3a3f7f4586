import type { Completion, RunEvent } from '../../core/event.ts'
import { hash32 } from '../../core/hash.ts'
import type { Fact, Transcriber, TranscriptRules } from '../../core/transcript.ts'
import type { DevicesParams } from './params/devices-params.ts'
import { type DecidedValue, type RegisteredValue, type ReportValue, readAnswer } from './workload/event-values.ts'

/**
 * Where a device is told to stop hangs on its model and on what it has reported before. The model itself may hang on
 * others: policies that spread the load are no leak. A device with a fixed id is known from an earlier run.
 */
export const devicesTranscript: TranscriptRules<DevicesParams> = {
  unordered: [],
  tolerance: 0,
  follow: ({ arrival, params }) =>
    arrival.indexInGroup < params.deviceIds.length ? undefined : new DeviceTranscriber(),
}

class DeviceTranscriber implements Transcriber {
  private readonly facts: Fact[] = []
  /** All that the device has done, and how it went. */
  private doings = ''
  private readonly reports = new Map<number, string>()

  observe(event: RunEvent): void {
    if (event.type === 'completion') this.take(event)
    else if (event.type === 'fault') this.note(event.fault)
    else if (event.type === 'invocation' && event.operation.endsWith('report')) {
      const { round, model, layer } = event.value as unknown as ReportValue
      this.reports.set(event.operationId, `${round} ${model} ${layer}`)
    }
  }

  listFacts(): readonly Fact[] {
    return this.facts
  }

  private take({ operation, operationId, outcome, value, atMs }: Completion): void {
    const report = this.reports.get(operationId) ?? ''
    this.reports.delete(operationId)
    const layer = readAnswer<DecidedValue>(value)?.layer
    const isDecision = operation === 'decide' && outcome === 'ok' && layer !== undefined
    // To run all layers may be told without a reason that a device can know.
    if (isDecision && layer >= 0) this.facts.push({ kind: 'decision', key: this.doings, fields: { layer }, atMs })
    const model = operation === 'register' ? readAnswer<RegisteredValue>(value)?.model : undefined
    this.note(`${operation} ${outcome} ${report} ${model ?? ''} ${isDecision && layer < 0 ? 'all' : ''}`)
  }

  private note(doing: string): void {
    const text = `${this.doings} ${doing}`
    this.doings = `${hash32(text, 1).toString(36)}-${hash32(text, 2).toString(36)}`
  }
}
