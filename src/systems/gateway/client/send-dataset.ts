import type { UploadEncoder } from '../wire/dialect.ts'
import type { Batch, Kind } from '../wire/rows.ts'
import { listSteps, type UploadSource } from '../workload/upload-source.ts'
import type { OutcomeCode } from './outcome-codes.ts'

/** Sends frames in one dialect's way. A code means that the upload has failed. */
export interface FrameSender {
  batch(batch: Batch, bytes: Uint8Array): Promise<OutcomeCode | undefined>
  end(kind: Kind, bytes: Uint8Array): Promise<OutcomeCode | undefined>
}

export interface DatasetToSend {
  readonly source: UploadSource
  /** Batches of the kinds take turns. */
  readonly interleave: boolean
  /** Stops at this share of the data, to disturb; the upload is never ended then. */
  readonly stopAt?: number
  /** Told of every batch that was sent whole. */
  readonly sent?: (batch: Batch) => void
}

export interface SentDataset {
  readonly batches: number
  readonly rows: number
  readonly failure?: OutcomeCode
}

/** Sends a dataset as fast as the sender lets it; at most one batch is in memory. */
export async function sendDataset(
  { source, interleave, stopAt = Number.POSITIVE_INFINITY, sent }: DatasetToSend,
  encoder: UploadEncoder,
  sender: FrameSender,
): Promise<SentDataset> {
  let batches = 0
  let rows = 0
  for await (const step of listSteps(source, interleave)) {
    if (step.type === 'end') {
      const failure = await sender.end(step.kind, encoder.end(step.kind))
      if (failure) return { batches, rows, failure }
      continue
    }
    const { batch } = step
    const failure = await sender.batch(batch, encoder.batch(batch))
    if (failure) return { batches, rows, failure }
    sent?.(batch)
    batches++
    rows += batch.rows.length
    if (source.progress() >= stopAt) break
  }
  return { batches, rows }
}
