import type { Json } from '../../../core/json.ts'
import type { DialectName } from '../wire/dialect.ts'
import type { Batch } from '../wire/rows.ts'

/** Placeholder until params lands. */
export interface ClientSettings {
  readonly dialect: DialectName
  readonly connectLimitMs: number
  readonly answerLimitMs: number
  readonly resultsIdleMs: number
  readonly settleMs: number
  readonly closeLimitMs: number
  readonly maxMessageBytes: number
  readonly leaveAfterBatches?: number
  readonly malformedAfterBatches?: number
  readonly duplicateEof: boolean
  readonly readPauseMs: number
}

export interface UploadOracle {
  add(batch: Batch): void
  expected(): Json
}

export interface ClientWork {
  openUpload(iteration: number): AsyncIterable<Batch> | Iterable<Batch>
  createOracle(): UploadOracle
}
