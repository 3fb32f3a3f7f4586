import type { UploadEncoder } from '../wire/dialect.ts'
import type { Batch, Kind } from '../wire/rows.ts'
import type { UploadStep } from './order-steps.ts'
import type { OutcomeCode } from './outcome-codes.ts'

/** Sends frames in one dialect's way. A code means that the upload has failed. */
export interface FrameSender {
  batch(batch: Batch, bytes: Uint8Array): Promise<OutcomeCode | undefined>
  end(kind: Kind, bytes: Uint8Array): Promise<OutcomeCode | undefined>
}

export interface DatasetToSend {
  readonly steps: AsyncIterable<UploadStep>
  /** Stops when so many transactions were sent, to disturb; the upload is never ended then. */
  readonly stopAfterTransactions?: number
  /** Told of every batch that was sent whole. */
  readonly sent?: (batch: Batch) => void
}

export interface SentDataset {
  readonly batches: number
  readonly rows: number
  readonly failure?: OutcomeCode
}

/** Sends a dataset as fast as the sender lets it; at most one batch of each kind is in memory. */
export async function sendDataset(
  dataset: DatasetToSend,
  encoder: UploadEncoder,
  sender: FrameSender,
): Promise<SentDataset> {
  const { stopAfterTransactions = Number.POSITIVE_INFINITY } = dataset
  let batches = 0
  let rows = 0
  let transactions = 0
  for await (const step of dataset.steps) {
    if (transactions >= stopAfterTransactions) break
    const failure =
      'end' in step
        ? await sender.end(step.end, encoder.end(step.end))
        : await sender.batch(step.batch, encoder.batch(step.batch))
    if (failure) return { batches, rows, failure }
    if ('end' in step) continue
    const { batch } = step
    dataset.sent?.(batch)
    batches++
    rows += batch.rows.length
    if (batch.kind === 'transactions') transactions += batch.rows.length
  }
  return { batches, rows }
}
