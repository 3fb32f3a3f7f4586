import { Backlog } from '../backlog.ts'
import { ByteReader, readU32 } from '../byte-reader.ts'
import { ByteWriter } from '../byte-writer.ts'
import type { UploadDecoder, UploadEncoder, UploadFrame, UploadLimits } from '../dialect.ts'
import { type RowCodec, writeRows } from '../row-codec.ts'
import type { Batch, Kind } from '../rows.ts'
import { acknowledgedRows } from './rows.ts'

const frameTypes = { batch: 1, end: 2, reset: 3 } as const
const dataTypes: Readonly<Record<Kind, number>> = {
  transactions: 1,
  transaction_items: 2,
  users: 3,
  stores: 4,
  menu_items: 5,
}
const kindOfDataType = new Map(Object.entries(dataTypes).map(([kind, code]) => [code, kind as Kind]))

/** SESSION_RESET: the next frames are a new upload under a new id. */
export function encodeSessionReset(): Buffer {
  return Buffer.from('0000000800000003', 'hex')
}

export class AcknowledgedEncoder implements UploadEncoder {
  private readonly writer = new ByteWriter()

  batch(batch: Batch): Buffer {
    const { writer } = this
    writer.u32(0)
    writer.u32(frameTypes.batch)
    writer.u32(dataTypes[batch.kind])
    writer.u32(0)
    writeRows(acknowledgedRows, writer, batch)
    writer.patchU32(0, writer.length)
    writer.patchU32(12, writer.length - 16)
    return writer.take()
  }

  end(kind: Kind): Buffer {
    const frame = Buffer.alloc(12)
    frame.writeUInt32BE(12, 0)
    frame.writeUInt32BE(frameTypes.end, 4)
    frame.writeUInt32BE(dataTypes[kind], 8)
    return frame
  }
}

export class AcknowledgedUploadDecoder implements UploadDecoder {
  private readonly limits: UploadLimits
  private readonly backlog = new Backlog()
  private readonly reader: ByteReader
  /** Stream position of the first byte that is held. */
  private position = 0
  private stopped = false

  constructor(limits: UploadLimits) {
    this.limits = limits
    this.reader = new ByteReader(limits.maxFrameBytes)
  }

  get pendingBytes(): number {
    return this.backlog.length
  }

  push(chunk: Uint8Array): readonly UploadFrame[] {
    if (this.stopped) return []
    const bytes = this.backlog.join(chunk)
    const frames: UploadFrame[] = []
    let at = 0
    while (!this.stopped && bytes.length - at >= 4) {
      const size = readU32(bytes, at)
      if (size < 8 || size > this.limits.maxFrameBytes) {
        const bound =
          size < 8 ? 'smaller than its header of 8' : `larger than the limit of ${this.limits.maxFrameBytes}`
        frames.push(this.refuse(`a frame of ${size} bytes is ${bound}, at byte ${this.position + at}`))
      } else if (bytes.length - at < size) break
      else frames.push(this.readFrame(bytes, at, at + size))
      at += size
    }
    this.backlog.keep(bytes, this.stopped ? bytes.length : at)
    this.position += at
    this.reader.unload()
    return frames
  }

  private readFrame(bytes: Buffer, at: number, end: number): UploadFrame {
    const size = end - at
    const place = `at byte ${this.position + at}`
    const type = readU32(bytes, at + 4)
    if (type === frameTypes.batch) return this.readBatch(bytes, at, end)
    if (type === frameTypes.end) {
      if (size !== 12) return this.refuse(`an EOF frame has ${size} bytes, not 12, ${place}`)
      const code = readU32(bytes, at + 8)
      const kind = kindOfDataType.get(code)
      return kind ? { type: 'end', kind } : { type: 'unknown-type', code }
    }
    if (type !== frameTypes.reset) return { type: 'unknown-type', code: type }
    return size === 8 ? { type: 'reset' } : this.refuse(`a SESSION_RESET frame has ${size} bytes, not 8, ${place}`)
  }

  private readBatch(bytes: Buffer, at: number, end: number): UploadFrame {
    const size = end - at
    const place = `at byte ${this.position + at}`
    if (size < 16) return this.refuse(`a BATCH frame has ${size} bytes, too few for its header, ${place}`)
    const dataSize = readU32(bytes, at + 12)
    if (dataSize !== size - 16) return this.refuse(`data_size is ${dataSize} in a frame of ${size} bytes, ${place}`)
    const code = readU32(bytes, at + 8)
    const kind = kindOfDataType.get(code)
    return kind ? this.readRows(kind, bytes, at + 16, end) : { type: 'unknown-type', code }
  }

  private readRows(kind: Kind, bytes: Buffer, at: number, end: number): UploadFrame {
    const { reader, limits } = this
    const codec = acknowledgedRows[kind] as RowCodec<Batch['rows'][number]>
    const rows: Batch['rows'][number][] = []
    reader.load(bytes, at, end, this.position)
    while (reader.offset < end) {
      const rowAt = this.position + reader.offset
      if (rows.length === limits.maxRows) return this.refuse(`more than ${limits.maxRows} rows, at byte ${rowAt}`)
      rows.push(codec.read(reader))
      if (!reader.failed) continue
      const what = reader.problem ?? `it reaches ${reader.missing} bytes beyond its frame`
      return this.refuse(`row ${rows.length} of ${kind}, which begins at byte ${rowAt}: ${what}`)
    }
    return { type: 'batch', batch: { kind, rows } as Batch }
  }

  private refuse(reason: string): UploadFrame {
    this.stopped = true
    return { type: 'malformed', reason }
  }
}
