import { Backlog } from './backlog.ts'
import { ByteReader } from './byte-reader.ts'
import type { UploadDecoder, UploadFrame, UploadLimits } from './dialect.ts'
import type { RowCodec, RowCodecs } from './row-codec.ts'
import type { Batch, Kind } from './rows.ts'

/** Type bytes of the two dialects whose batches begin with a count. */
export const countedKinds: readonly Kind[] = ['transactions', 'transaction_items', 'users', 'stores', 'menu_items']

interface OpenBatch {
  readonly kind: Kind
  readonly batchId: number | undefined
  readonly count: number
  readonly rows: Batch['rows'][number][]
  /** Bytes of the header and of the rows read so far. */
  size: number
}

/**
 * Reads `count u32 | type u8 | [batch_id u32] | items`. These batches do not tell their size, so rows are read as they
 * come; of an incomplete row only its bytes are held.
 */
export class CountedUploadDecoder implements UploadDecoder {
  private readonly codecs: RowCodecs
  private readonly limits: UploadLimits
  private readonly hasBatchIds: boolean
  private readonly backlog = new Backlog()
  private readonly reader: ByteReader
  private open: OpenBatch | undefined
  /** Bytes that must be held before it is worth to read on. */
  private wanted = 0
  private position = 0
  private stopped = false

  constructor(codecs: RowCodecs, limits: UploadLimits, hasBatchIds: boolean) {
    this.codecs = codecs
    this.limits = limits
    this.hasBatchIds = hasBatchIds
    this.reader = new ByteReader(limits.maxFrameBytes)
  }

  get pendingBytes(): number {
    return this.backlog.length + (this.open?.size ?? 0)
  }

  push(chunk: Uint8Array): readonly UploadFrame[] {
    if (this.stopped) return []
    if (this.backlog.length + chunk.length < this.wanted) {
      this.backlog.append(chunk)
      return []
    }
    const bytes = this.backlog.join(chunk)
    const frames: UploadFrame[] = []
    this.reader.load(bytes, 0, bytes.length, this.position)
    let done = 0
    do {
      done = this.reader.offset
      const frame = this.open ? this.readRow(this.open) : this.readHeader()
      if (frame) frames.push(frame)
    } while (!this.stopped && this.reader.missing === 0)
    this.wanted = this.reader.missing > 0 ? bytes.length - done + this.reader.missing : 0
    this.backlog.keep(bytes, this.stopped ? bytes.length : done)
    this.position += done
    this.reader.unload()
    return frames
  }

  private readHeader(): UploadFrame | undefined {
    const { reader, limits } = this
    const at = reader.offset
    const count = reader.u32()
    const code = reader.u8()
    const batchId = this.hasBatchIds ? reader.u32() : undefined
    if (reader.missing > 0) return undefined
    const kind = countedKinds[code]
    if (!kind) return this.refuse(`unknown type ${code}`, at + 4)
    if (count === 0 && batchId !== undefined) return { type: 'end', kind, batchId }
    if (count === 0) return { type: 'batch', batch: { kind, rows: [] } as Batch }
    if (count > limits.maxRows)
      return this.refuse(`a batch of ${count} rows is above the limit of ${limits.maxRows}`, at)
    if (count * this.codecs[kind].minBytes > limits.maxFrameBytes)
      return this.refuse(`a batch of ${count} rows cannot fit into the limit of ${limits.maxFrameBytes} bytes`, at)
    this.open = { kind, batchId, count, rows: [], size: reader.offset - at }
    return undefined
  }

  private readRow(open: OpenBatch): UploadFrame | undefined {
    const { reader, limits } = this
    const at = reader.offset
    const codec = this.codecs[open.kind] as RowCodec<Batch['rows'][number]>
    const row = codec.read(reader)
    const name = `row ${open.rows.length + 1} of ${open.kind}`
    if (reader.problem !== undefined)
      return this.refuse(`${name}, which begins at byte ${this.position + at}: ${reader.problem}`)
    if (open.size + reader.offset - at + reader.missing > limits.maxFrameBytes)
      return this.refuse(`${name} exceeds the limit of ${limits.maxFrameBytes} bytes per batch`, at)
    if (reader.missing > 0) return undefined
    open.rows.push(row)
    open.size += reader.offset - at
    if (open.rows.length < open.count) return undefined
    this.open = undefined
    const batch = { kind: open.kind, rows: open.rows } as Batch
    return open.batchId === undefined ? { type: 'batch', batch } : { type: 'batch', batch, batchId: open.batchId }
  }

  private refuse(what: string, at?: number): UploadFrame {
    this.stopped = true
    const reason = at === undefined ? what : `${what}, at byte ${this.position + at}`
    return { type: 'malformed', reason }
  }
}
