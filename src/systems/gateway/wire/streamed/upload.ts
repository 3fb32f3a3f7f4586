import { ByteWriter } from '../byte-writer.ts'
import { countedKinds } from '../counted-upload.ts'
import type { UploadEncoder } from '../dialect.ts'
import { writeRows } from '../row-codec.ts'
import type { Batch } from '../rows.ts'
import { streamedRows } from './rows.ts'

export class StreamedEncoder implements UploadEncoder {
  private readonly writer = new ByteWriter()

  /** A batch without rows has no type: it is five zero bytes. */
  batch(batch: Batch): Buffer {
    this.writer.u32(batch.rows.length)
    this.writer.u8(batch.rows.length === 0 ? 0 : countedKinds.indexOf(batch.kind))
    writeRows(streamedRows, this.writer, batch)
    return this.writer.take()
  }

  end(): Buffer {
    return Buffer.alloc(0)
  }
}
