import { ByteWriter } from '../byte-writer.ts'
import { countedKinds } from '../counted-upload.ts'
import type { UploadEncoder } from '../dialect.ts'
import { writeRows } from '../row-codec.ts'
import { type Batch, type Kind, kinds } from '../rows.ts'
import { sequencedRows } from './rows.ts'

/** Numbers the batches of each kind from 0; the end of a kind takes its next number. */
export class SequencedEncoder implements UploadEncoder {
  private readonly writer = new ByteWriter()
  private readonly nextIds = new Map<Kind, number>(kinds.map((kind) => [kind, 0]))

  /** A batch without rows would be read as the end of its kind, so it is not sent. */
  batch(batch: Batch): Buffer {
    if (batch.rows.length === 0) return Buffer.alloc(0)
    this.header(batch.rows.length, batch.kind)
    writeRows(sequencedRows, this.writer, batch)
    return this.writer.take()
  }

  end(kind: Kind): Buffer {
    this.header(0, kind)
    return this.writer.take()
  }

  private header(count: number, kind: Kind): void {
    const id = this.nextIds.get(kind) as number
    this.nextIds.set(kind, id + 1)
    this.writer.u32(count)
    this.writer.u8(countedKinds.indexOf(kind))
    this.writer.u32(id)
  }
}
