import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import type { Batch, Kind, RowOf } from './rows.ts'

/** How one dialect lays out the rows of one kind. `read` may return nonsense when the reader has failed. */
export interface RowCodec<Row> {
  write(writer: ByteWriter, row: Row): void
  read(reader: ByteReader): Row
  /** Bytes of the shortest row, to refuse impossible counts. */
  readonly minBytes: number
}

export type RowCodecs = { readonly [K in Kind]: RowCodec<RowOf[K]> }

export function writeRows(codecs: RowCodecs, writer: ByteWriter, batch: Batch): void {
  const codec = codecs[batch.kind] as RowCodec<Batch['rows'][number]>
  for (const row of batch.rows) codec.write(writer, row)
}
