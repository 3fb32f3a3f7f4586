import { McsimError } from '../../core/errors.ts'
import type { Observer, RunEvent } from '../../core/event.ts'
import { ByteReader } from './byte-reader.ts'
import { EventReader } from './decode-event.ts'
import { endTag, fileMagic, fileVersion, type HistoryEnd } from './format.ts'

export interface HistorySummary {
  /** Undefined where not even the file's head is whole. */
  readonly runId: string | undefined
  readonly thread: number | undefined
  readonly events: number
  /** Undefined where the file was cut: events may be missing at its end. */
  readonly end: HistoryEnd | undefined
}

/**
 * Gives each event of one history file, in order, to the observer; `name` is for error messages. A file that was cut
 * is read as far as it goes; one that is no history, or was damaged in the middle, is an McsimError.
 */
export async function readHistory(
  name: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  observer: Observer,
): Promise<HistorySummary> {
  const decoder = new HistoryDecoder(name, observer)
  for await (const chunk of chunks) decoder.push(chunk)
  return decoder.summary()
}

const headBytes = fileMagic.length + 1

class HistoryDecoder {
  private readonly name: string
  private readonly observer: Observer
  private readonly events = new EventReader()
  private readonly reader = new ByteReader()
  private pending: Buffer = Buffer.alloc(0)
  /** Bytes of the file before `pending`, for messages. */
  private offset = 0
  private state: 'head' | 'run' | 'events' | 'ended' = 'head'
  private runId: string | undefined
  private thread: number | undefined
  private count = 0
  private end: HistoryEnd | undefined

  constructor(name: string, observer: Observer) {
    this.name = name
    this.observer = observer
  }

  push(chunk: Uint8Array) {
    const bytes = Buffer.concat([this.pending, chunk])
    let at = this.state === 'head' ? this.readHead(bytes) : 0
    while (this.state !== 'head') {
      const start = at + (bytes[at] === 255 ? 5 : 1)
      if (start > bytes.length) break
      const end = start + (bytes[at] === 255 ? bytes.readUInt32LE(at + 1) : (bytes[at] as number))
      if (end > bytes.length) break
      const event = this.readRecord(bytes, start, end)
      if (event) this.observer.observe(event)
      at = end
    }
    this.offset += at
    this.pending = bytes.subarray(at)
  }

  summary(): HistorySummary {
    const begun = fileMagic.subarray(0, this.pending.length)
    if (this.state === 'head' && !this.pending.subarray(0, fileMagic.length).equals(begun)) this.refuseFormat()
    return { runId: this.runId, thread: this.thread, events: this.count, end: this.end }
  }

  private readHead(bytes: Buffer): number {
    if (bytes.length < headBytes) return 0
    if (!bytes.subarray(0, fileMagic.length).equals(fileMagic)) this.refuseFormat()
    const version = bytes[fileMagic.length] as number
    if (version !== fileVersion) {
      throw new McsimError({
        code: 'history-version',
        message: `${this.name} is a history of version ${version}; this mcsim reads version ${fileVersion}`,
        hint: 'read it with the version of mcsim that wrote it, which report.json names',
      })
    }
    this.state = 'run'
    return headBytes
  }

  private readRecord(bytes: Buffer, start: number, end: number): RunEvent | undefined {
    const { reader } = this
    reader.open(bytes, start, end)
    try {
      const event = this.readByState(reader)
      if (!reader.isAtEnd) throw new RangeError('the record is longer than what it tells')
      return event
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      throw new McsimError({
        code: 'history-damaged',
        message: `${this.name} is damaged after event ${this.count}, near byte ${this.offset + start}: ${error.message}`,
        hint: 'the events before that place were read; what follows it cannot be',
      })
    }
  }

  private readByState(reader: ByteReader): RunEvent | undefined {
    if (this.state === 'ended') throw new RangeError('more follows after the end')
    if (this.state === 'run') {
      this.runId = reader.text()
      this.thread = reader.unsigned()
      this.state = 'events'
      return undefined
    }
    const tag = reader.byte()
    if (tag === endTag) {
      const told = reader.unsigned()
      if (told !== this.count) throw new RangeError(`${told} events were written and ${this.count} read`)
      this.end = { unwritten: reader.unsigned(), facts: this.events.facts(reader) }
      this.state = 'ended'
      return undefined
    }
    this.count++
    return this.events.read(tag, reader)
  }

  private refuseFormat(): never {
    throw new McsimError({
      code: 'not-a-history',
      message: `${this.name} does not start like a history of mcsim`,
      hint: 'name a file that a run wrote into its folder under reports/',
    })
  }
}
