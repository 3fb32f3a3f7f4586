import type { Batch, Kind } from '../../wire/rows.ts'
import type { SkippedRow, UploadSource } from '../upload-source.ts'
import { findDataset } from './find-dataset.ts'
import { readRows } from './read-rows.ts'
import type { Stamp } from './stamp-rows.ts'

/** Bad rows of which file, line and reason are kept; the rest are counted. */
const keptExamples = 20

/**
 * A user's dataset, streamed: memory holds one batch and the read-ahead of one file. Throws `McsimError` where the
 * folder holds no dataset; a row that cannot be read is skipped and counted.
 */
export function readDataset(dataFolder: string, indexInGroup: number, batchRows: number, stamp: Stamp): UploadSource {
  const files = findDataset(dataFolder, indexInGroup)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const examples: SkippedRow[] = []
  let skippedRows = 0
  let taken = 0
  const reading = {
    skip(row: SkippedRow) {
      skippedRows++
      if (examples.length < keptExamples) examples.push(row)
    },
    advance(bytes: number) {
      taken += bytes
    },
  }
  async function* batchesOf(kind: Kind): AsyncIterable<Batch> {
    let rows: Batch['rows'][number][] = []
    for (const file of files.filter((each) => each.kind === kind)) {
      for await (const row of readRows(file, reading)) {
        if (rows.push(row) < batchRows) continue
        yield stamp({ kind, rows } as Batch)
        rows = []
      }
    }
    if (rows.length > 0) yield stamp({ kind, rows } as Batch)
  }
  return {
    batchesOf,
    progress: () => Math.min(1, taken / total),
    skipped: () => ({ rows: skippedRows, examples }),
  }
}
