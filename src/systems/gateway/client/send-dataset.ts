import type { Json } from '../../../core/json.ts'
import type { UploadEncoder } from '../wire/dialect.ts'
import type { Batch, Kind } from '../wire/rows.ts'
import { asJson } from '../workload/event-values.ts'
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
  /** `SkippedRows` of a user's dataset, where there are any. */
  readonly skipped?: Json
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
  const describeSent = () => {
    const skipped = source.skipped()
    return { batches, rows, ...(skipped.rows > 0 && { skipped: asJson(skipped) }) }
  }
  for await (const step of listSteps(source, interleave)) {
    if (step.type === 'end') {
      const failure = await sender.end(step.kind, encoder.end(step.kind))
      if (failure) return { ...describeSent(), failure }
      continue
    }
    const { batch } = step
    const failure = await sender.batch(batch, encoder.batch(batch))
    if (failure) return { ...describeSent(), failure }
    sent?.(batch)
    batches++
    rows += batch.rows.length
    if (source.progress() >= stopAt) break
  }
  return describeSent()
}
