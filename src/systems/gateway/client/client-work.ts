import type { Json } from '../../../core/json.ts'
import type { Batch, Kind } from '../wire/rows.ts'

/** The data of one client, and what it must get back for them. */
export interface ClientWork {
  openUpload(iteration: number): UploadSource
  createOracle(): UploadOracle
}

/** What one client uploads in one iteration. */
export interface UploadSource {
  batchesOf(kind: Kind): AsyncIterable<Batch> | Iterable<Batch>
  /** Transactions, as far as that is known before they are read. */
  readonly rows: number
}

/** Folds the batches of one upload that were really sent. */
export interface UploadOracle {
  add(batch: Batch): void
  expected(): Json
}
