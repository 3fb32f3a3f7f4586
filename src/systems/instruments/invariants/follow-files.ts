import type { RunEvent } from '../../../core/event.ts'
import type { FileAnswerValue, SentFileValue, StartValue } from '../workload/event-values.ts'
import { readValue } from '../workload/event-values.ts'

/** What a client did with one of its files. Moments count the client's events. */
export interface FollowedFile {
  readonly name: string
  /** Which of the starts it came after. */
  readonly start: number
  attempts: number
  readonly firstSent: number
  lastSent: number
  /** Undefined while the server has not said that it is done. */
  acknowledged: number | undefined
}

/** Follows files from their sending to their acknowledgement, in the order of the client's own events. */
export class FileFollower {
  readonly files = new Map<string, FollowedFile>()
  /** Counts the starts: each begins a new set of results. */
  start = 0
  /** The session that was started last. */
  session = 0
  moment = 0
  private readonly operations = new Map<number, string>()

  observe(event: RunEvent): void {
    this.moment++
    if (event.type === 'invocation') {
      if (event.operation === 'start') {
        this.start++
        this.session = readValue<StartValue>(event.value).session ?? this.session
      } else if (event.operation === 'send-file')
        this.noteSent(event.operationId, readValue<SentFileValue>(event.value))
    } else if (event.type === 'completion' && event.operation === 'send-file') {
      const name = this.operations.get(event.operationId)
      this.operations.delete(event.operationId)
      const { answer } = readValue<FileAnswerValue>(event.value)
      const file = name === undefined ? undefined : this.files.get(name)
      if (file && answer === 'complete') file.acknowledged ??= this.moment
    }
  }

  /** Files of the present start that were acknowledged before a moment. */
  *acknowledgedBefore(moment: number): Iterable<FollowedFile> {
    for (const file of this.files.values()) {
      if (file.start === this.start && file.acknowledged !== undefined && file.acknowledged < moment) yield file
    }
  }

  private noteSent(operationId: number, { filename }: Partial<SentFileValue>): void {
    if (filename === undefined) return
    this.operations.set(operationId, filename)
    const known = this.files.get(filename)
    if (known && known.start === this.start) {
      known.attempts++
      known.lastSent = this.moment
      return
    }
    const attempts = (known?.attempts ?? 0) + 1
    const { moment, start } = this
    this.files.set(filename, {
      name: filename,
      start,
      attempts,
      firstSent: moment,
      lastSent: moment,
      acknowledged: undefined,
    })
  }
}
