import type { UploadEncoder } from '../wire/dialect.ts'
import { type Batch, type Kind, kinds } from '../wire/rows.ts'
import type { OutcomeCode } from './outcome-codes.ts'

/** Sends frames in one dialect's way. A code means that the upload has failed. */
export interface FrameSender {
  batch(batch: Batch, bytes: Uint8Array): Promise<OutcomeCode | undefined>
  end(kind: Kind, bytes: Uint8Array): Promise<OutcomeCode | undefined>
}

export interface DatasetToSend {
  /** In the order of `kinds`. */
  readonly batches: AsyncIterable<Batch> | Iterable<Batch>
  /** Stops there, without ending the kind, to disturb. */
  readonly stopAfterBatches?: number
  /** Told of every batch that was sent whole. */
  readonly sent?: (batch: Batch) => void
}

export interface SentDataset {
  readonly batches: number
  readonly rows: number
  readonly failure?: OutcomeCode
}

/** Sends a dataset, each kind with its end, as fast as the sender lets it; at most one batch is in memory. */
export async function sendDataset(
  dataset: DatasetToSend,
  encoder: UploadEncoder,
  sender: FrameSender,
): Promise<SentDataset> {
  const stopAfter = dataset.stopAfterBatches ?? Number.POSITIVE_INFINITY
  let batches = 0
  let rows = 0
  let ended = 0
  const endKindsBefore = async (next: number): Promise<OutcomeCode | undefined> => {
    for (; ended < next; ended++) {
      const kind = kinds[ended] as Kind
      const failure = await sender.end(kind, encoder.end(kind))
      if (failure) return failure
    }
    return undefined
  }
  for await (const batch of dataset.batches) {
    if (batches >= stopAfter) break
    const failure =
      (await endKindsBefore(kinds.indexOf(batch.kind))) ?? (await sender.batch(batch, encoder.batch(batch)))
    if (failure) return { batches, rows, failure }
    dataset.sent?.(batch)
    batches++
    rows += batch.rows.length
  }
  const failure = stopAfter === Number.POSITIVE_INFINITY ? await endKindsBefore(kinds.length) : undefined
  return failure ? { batches, rows, failure } : { batches, rows }
}
