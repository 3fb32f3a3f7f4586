import type { Completion, Invocation, Mark, RunEvent } from '../../core/event.ts'
import type { Json } from '../../core/json.ts'
import { ByteWriter } from './byte-writer.ts'
import {
  codedFlag,
  endTag,
  eventTags,
  fileMagic,
  fileVersion,
  type HistoryEnd,
  haltedFlag,
  markKinds,
  nobodies,
  outcomeShift,
  outcomes,
} from './format.ts'
import { writeJson } from './json-codec.ts'
import { StringWriter } from './string-table.ts'

/** Encodes the events of one thread. Times are rounded to whole microseconds, as the run's clock tells them anyway. */
export interface HistoryEncoder {
  encode(event: RunEvent): void
  /** Says that the history is complete. Nothing is encoded after it. */
  end(end: HistoryEnd): void
  /** How many bytes wait to be taken. */
  readonly pendingBytes: number
  /** Hands over the bytes since the last call; the encoder does not touch them again. */
  take(): Buffer
}

export function encodeHistory(runId: string, thread: number): HistoryEncoder {
  const writer = new ByteWriter()
  const events = new EventWriter(writer)
  let count = 0
  const record = (write: () => void) => {
    const start = writer.startRecord()
    write()
    writer.endRecord(start)
  }
  writer.bytes(fileMagic)
  writer.byte(fileVersion)
  record(() => {
    writer.text(runId)
    writer.unsigned(thread)
  })
  return {
    encode(event) {
      const start = writer.startRecord()
      events.write(event)
      writer.endRecord(start)
      count++
    },
    end: ({ unwritten, facts }) =>
      record(() => {
        writer.byte(endTag)
        writer.unsigned(count)
        writer.unsigned(unwritten)
        events.facts(facts)
      }),
    get pendingBytes() {
      return writer.length
    },
    take: () => writer.take(),
  }
}

class EventWriter {
  private readonly writer: ByteWriter
  private readonly strings: StringWriter
  private previousUs = 0

  constructor(writer: ByteWriter) {
    this.writer = writer
    this.strings = new StringWriter(writer)
  }

  write(event: RunEvent) {
    const { writer } = this
    const atUs = toMicroseconds(event.atMs)
    writer.byte(eventTags[event.type])
    writer.unsigned(event.client)
    writer.signed(atUs - this.previousUs)
    this.previousUs = atUs
    // Nearly all events are of these two types.
    if (event.type === 'completion') this.completion(event)
    else if (event.type === 'invocation') this.invocation(event, atUs)
    else this.writeRest(event)
  }

  facts(facts: Json) {
    writeJson(this.writer, this.strings, facts)
  }

  private invocation({ connection, operation, operationId, atMs, scheduledAtMs, value }: Invocation, atUs: number) {
    const { writer, strings } = this
    writer.unsigned(connection)
    strings.name(operation)
    writer.unsigned(operationId)
    writer.signed(scheduledAtMs === atMs ? 0 : toMicroseconds(scheduledAtMs) - atUs)
    writeJson(writer, strings, value)
  }

  private completion({ connection, operation, operationId, outcome, errorCode, haltedMs, value }: Completion) {
    const { writer, strings } = this
    writer.unsigned(connection)
    strings.name(operation)
    writer.unsigned(operationId)
    const flags = (errorCode === undefined ? 0 : codedFlag) | (haltedMs === undefined ? 0 : haltedFlag)
    writer.byte((outcomes.indexOf(outcome) << outcomeShift) | flags)
    if (errorCode !== undefined) strings.name(errorCode)
    if (haltedMs !== undefined) writer.unsigned(toMicroseconds(haltedMs))
    writeJson(writer, strings, value)
  }

  private writeRest(event: Exclude<RunEvent, Invocation | Completion>) {
    const { writer, strings } = this
    if ('connection' in event) writer.unsigned(event.connection)
    switch (event.type) {
      case 'arrived':
        return this.timeFrom(event.atMs, event.scheduledAtMs)
      case 'left':
        return writer.byte(event.finished ? 1 : 0)
      case 'dropped':
        return strings.name(event.reason)
      case 'opened':
        strings.name(event.role)
        return writer.unsigned(event.epoch)
      case 'closed':
        strings.name(event.reason)
        return writer.unsigned(event.bytesIn)
      case 'delivery':
        strings.name(event.channel)
        writer.byte((event.causeId === undefined ? 0 : 1) + (event.expectedAtMs === undefined ? 0 : 2))
        if (event.causeId !== undefined) writer.unsigned(event.causeId)
        if (event.expectedAtMs !== undefined) this.timeFrom(event.atMs, event.expectedAtMs)
        return writeJson(writer, strings, event.value)
      case 'marks':
        writer.unsigned(event.bytes)
        writer.unsigned(event.deepBytes)
        writer.unsigned(event.decodedBytes)
        writer.unsigned(event.own)
        writer.unsigned(event.foreign.length)
        for (const mark of event.foreign) this.mark(mark)
        return
      case 'fault':
        strings.name(event.fault)
        return writeJson(writer, strings, event.value)
      case 'stray-bytes':
        writer.unsigned(event.bytes)
        return writer.text(event.excerpt)
    }
  }

  private mark({ kind, owner, epoch, sequence, offset, form, isWeak }: Mark) {
    const { writer } = this
    writer.byte(markKinds.indexOf(kind) + (form === undefined ? 0 : 2) + (isWeak ? 4 : 0))
    writer.unsigned(typeof owner === 'number' ? owner + nobodies.length : nobodies.indexOf(owner))
    writer.unsigned(epoch)
    writer.unsigned(sequence)
    writer.unsigned(offset)
    if (form !== undefined) this.strings.name(form)
  }

  private timeFrom(baseMs: number, ms: number) {
    this.writer.signed(toMicroseconds(ms) - toMicroseconds(baseMs))
  }
}

const toMicroseconds = (ms: number) => Math.round(ms * 1000)
