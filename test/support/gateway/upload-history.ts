import type { Checker, Conclusion } from '../../../src/core/check.ts'
import type { Recorder } from '../../../src/core/client.ts'
import type { Json } from '../../../src/core/json.ts'
import type { ResultPart } from '../../../src/systems/gateway/wire/results.ts'
import { kinds } from '../../../src/systems/gateway/wire/rows.ts'
import { asJson, describePart } from '../../../src/systems/gateway/workload/event-values.ts'
import type { ExpectedAnswers } from '../../../src/systems/gateway/workload/expected-answers.ts'
import { createEventList } from '../event-list.ts'

/** Writes the history of one uploader by hand, event by event, as the client would record it. */
export class UploadHistory {
  readonly client: number
  readonly recorder: Recorder
  private readonly list: ReturnType<typeof createEventList>
  private connection = 0
  private uploadId = 0
  private resultsId = 0

  constructor(client = 1) {
    this.client = client
    this.list = createEventList(client)
    this.recorder = this.list.recorder
  }

  connect(): this {
    this.connection = this.recorder.opened('upload')
    this.recorder.complete(this.recorder.invoke(this.connection, 'connect', null), 'ok', null)
    return this
  }

  begin(iteration = 0, operation = 'upload'): this {
    this.uploadId = this.recorder.invoke(this.connection, operation, { iteration })
    return this
  }

  /** A frame with its answer. */
  ask(operation: string, value: Json = null, errorCode?: string, outcome: 'failed' | 'indeterminate' = 'failed'): this {
    const operationId = this.recorder.invoke(this.connection, operation, value)
    if (errorCode === undefined) this.recorder.complete(operationId, 'ok', null)
    else this.recorder.complete(operationId, outcome, null, { errorCode })
    return this
  }

  endKinds(): this {
    for (const kind of kinds) this.ask('end-of-kind', { kind })
    return this
  }

  /** The upload is over; the client begins to collect its results. */
  end(expected?: ExpectedAnswers, value: object = {}): this {
    const end = { batches: 1, rows: 2, ...value, ...(expected && { expected }) }
    this.recorder.complete(this.uploadId, 'ok', asJson(end))
    this.resultsId = this.recorder.invoke(this.connection, 'results', { uploadId: this.uploadId })
    return this
  }

  fail(errorCode: string, outcome: 'failed' | 'indeterminate' | 'limited' = 'indeterminate', value = {}): this {
    this.recorder.complete(this.uploadId, outcome, { batches: 1, rows: 2, ...value }, { errorCode })
    return this
  }

  part(...parts: readonly ResultPart[]): this {
    for (const part of parts) this.deliver(part.query, describePart(part))
    return this
  }

  deliver(channel: string, value: Json, causeId: number | undefined = this.uploadId): this {
    this.recorder.deliver(this.connection, channel, value, causeId === 0 ? {} : { causeId })
    return this
  }

  collected(missing: readonly string[] = [], errorCode?: string): this {
    const outcome = errorCode === undefined ? 'ok' : errorCode === 'results-missing' ? 'failed' : 'indeterminate'
    this.recorder.complete(this.resultsId, outcome, { missing }, errorCode === undefined ? {} : { errorCode })
    return this
  }

  fault(name: string): this {
    this.recorder.fault(this.connection, name, null)
    return this
  }

  /** What the checker says of all this. */
  judge(checker: Checker): Conclusion {
    for (const event of this.list.events) checker.observe?.(event)
    return checker.conclude()
  }
}

export const messagesOf = (conclusion: Conclusion) => conclusion.violations.map(({ message }) => message)
export const classesOf = (conclusion: Conclusion) => conclusion.violations.map((violation) => violation.class)
