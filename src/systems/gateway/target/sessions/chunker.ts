import type { Batch, Kind } from '../../wire/rows.ts'
import type { Table } from '../pipeline/table.ts'
import { tableFromBatch } from '../pipeline/tables-from-rows.ts'

export type PendingRows = Map<Kind, Batch['rows'][number][]>

/** Gathers the rows of one client's small batches, so that a message of the pipeline is worth its cost. */
export class Chunker {
  readonly #pending: PendingRows
  readonly #chunkRows: number

  constructor(chunkRows: number, pending: PendingRows = new Map()) {
    this.#chunkRows = chunkRows
    this.#pending = pending
  }

  /** Rows that wait for more. */
  get pendingRows(): number {
    let rows = 0
    for (const pending of this.#pending.values()) rows += pending.length
    return rows
  }

  /** A chunk, when there are enough rows for one. */
  add(batch: Batch): Table | undefined {
    const pending = this.#pending.get(batch.kind)
    if (!pending) this.#pending.set(batch.kind, [...batch.rows])
    else for (const row of batch.rows) pending.push(row)
    return (this.#pending.get(batch.kind)?.length ?? 0) >= this.#chunkRows ? this.flush(batch.kind) : undefined
  }

  /** What waits of one kind, if anything does. */
  flush(kind: Kind): Table | undefined {
    const rows = this.#pending.get(kind)
    this.#pending.delete(kind)
    return rows && rows.length > 0 ? tableFromBatch({ kind, rows } as Batch) : undefined
  }

  clear(): void {
    this.#pending.clear()
  }
}
