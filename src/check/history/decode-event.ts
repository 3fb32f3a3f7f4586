import type { CloseReason } from '../../core/close-reason.ts'
import type { Completion, Delivery, Mark, MarkOwner, RunEvent } from '../../core/event.ts'
import type { Json } from '../../core/json.ts'
import type { ClientIndex } from '../../core/plan.ts'
import type { ByteReader } from './byte-reader.ts'
import { codedFlag, eventTypeOf, haltedFlag, markKinds, nobodies, outcomeShift, outcomes } from './format.ts'
import { readJson } from './json-codec.ts'
import { StringReader } from './string-table.ts'

/** Reads the events of one file, in order: each is told in terms of those before it. */
export class EventReader {
  private readonly strings = new StringReader()
  private atUs = 0
  private reader!: ByteReader

  /** Reads the rest of a record whose tag was read. Throws a RangeError where it is none of ours. */
  read(tag: number, reader: ByteReader): RunEvent {
    const type = eventTypeOf(tag)
    if (type === undefined) throw new RangeError(`${tag} is no type of event`)
    this.reader = reader
    const client = reader.unsigned() as ClientIndex
    this.atUs += reader.signed()
    const atMs = this.atUs / 1000
    switch (type) {
      case 'arrived':
        return { type, client, atMs, scheduledAtMs: this.time() }
      case 'left':
        return { type, client, atMs, finished: reader.byte() === 1 }
      case 'dropped':
        return { type, client, atMs, reason: this.string() }
      default:
        return this.readOnConnection(type, client, atMs, reader.unsigned())
    }
  }

  facts(reader: ByteReader): Json {
    return readJson(reader, this.strings)
  }

  private readOnConnection(
    type: Exclude<RunEvent['type'], 'arrived' | 'left' | 'dropped'>,
    client: ClientIndex,
    atMs: number,
    connection: number,
  ): RunEvent {
    const { reader } = this
    switch (type) {
      case 'opened':
        return { type, client, atMs, connection, role: this.string(), epoch: reader.unsigned() }
      case 'closed': {
        const reason = this.string() as CloseReason
        return { type, client, atMs, connection, reason, bytesIn: reader.unsigned() }
      }
      case 'invocation': {
        const operation = this.string()
        const operationId = reader.unsigned()
        const scheduledAtMs = this.time()
        return { type, client, atMs, connection, operation, operationId, scheduledAtMs, value: this.json() }
      }
      case 'completion':
        return { type, client, atMs, connection, ...this.completion() }
      case 'delivery':
        return { type, client, atMs, connection, ...this.delivery() }
      case 'marks': {
        const [bytes, deepBytes, decodedBytes] = [reader.unsigned(), reader.unsigned(), reader.unsigned()]
        const own = reader.unsigned()
        const foreign = Array.from({ length: reader.unsigned() }, () => this.mark())
        return { type, client, atMs, connection, bytes, deepBytes, decodedBytes, own, foreign }
      }
      case 'fault':
        return { type, client, atMs, connection, fault: this.string(), value: this.json() }
      case 'stray-bytes':
        return { type, client, atMs, connection, bytes: reader.unsigned(), excerpt: reader.text() }
    }
  }

  private completion(): Omit<Completion, 'type' | 'client' | 'atMs' | 'connection'> {
    const operation = this.string()
    const operationId = this.reader.unsigned()
    const flags = this.reader.byte()
    const outcome = place(outcomes, flags >> outcomeShift)
    const coded = flags & codedFlag ? { errorCode: this.string() } : undefined
    const halted = flags & haltedFlag ? { haltedMs: this.reader.unsigned() / 1000 } : undefined
    return { operation, operationId, outcome, ...coded, ...halted, value: this.json() }
  }

  private delivery(): Pick<Delivery, 'channel' | 'causeId' | 'expectedAtMs' | 'value'> {
    const channel = this.string()
    const flags = this.reader.byte()
    const cause = flags & 1 ? { causeId: this.reader.unsigned() } : undefined
    const expected = flags & 2 ? { expectedAtMs: this.time() } : undefined
    return { channel, ...cause, ...expected, value: this.json() }
  }

  private mark(): Mark {
    const { reader } = this
    const flags = reader.byte()
    const owner = reader.unsigned()
    const mark = {
      kind: place(markKinds, flags & 1),
      owner: nobodies[owner] ?? ((owner - nobodies.length) as MarkOwner),
      epoch: reader.unsigned(),
      sequence: reader.unsigned(),
      offset: reader.unsigned(),
    }
    return { ...mark, ...(flags & 2 && { form: this.string() }), ...(flags & 4 && { isWeak: true as const }) }
  }

  private string(): string {
    return this.strings.read(this.reader)
  }

  private json(): Json {
    return readJson(this.reader, this.strings)
  }

  /** A second time of the event, told as its distance from `atMs`. */
  private time(): number {
    return (this.atUs + this.reader.signed()) / 1000
  }
}

function place<T>(values: readonly T[], at: number): T {
  const value = values[at]
  if (value === undefined) throw new RangeError(`there is no value ${at}`)
  return value
}
