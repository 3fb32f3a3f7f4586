import type { Json } from '../../../core/json.ts'
import type { AmountRow, ResultPart, StoreTotalRow, TopItemRow, TopUserRow } from '../wire/results.ts'
import { type AmountDigest, digestAmounts } from './amount-digest.ts'
import type { ExpectedAnswers } from './expected-answers.ts'
import type { SkippedRows } from './upload-source.ts'

/*
 * What the client's events carry and the checkers read, so that a history can be judged without the run.
 *
 * Operations: `connect`, `session-reset`, `upload` (a whole one), `partial-upload` (ended on purpose), `batch`,
 * `end-of-kind`, `duplicate-end`, `results`. Deliveries, by channel: `q1` … `q4`, `results-end`, `unknown-results`,
 * `malformed`, `unasked-answer`; the cause of each is the upload that was under way, or else the last one.
 */

/** What has to come before an upload's results are complete. */
export const resultTypes = ['q1', 'q2-quantity', 'q2-profit', 'q3', 'q4'] as const

export type ResultType = (typeof resultTypes)[number]

/** A part of Q2 without a metric holds both. */
export function typesOf(
  part: Pick<ResultPart, 'query'> & { readonly metric?: 'quantity' | 'profit' },
): readonly ResultType[] {
  if (part.query !== 'q2') return [part.query]
  return part.metric === undefined ? ['q2-quantity', 'q2-profit'] : [`q2-${part.metric}`]
}

/** Value of a completed `upload`; the `answered…` fields are what the server says of it, where it does. */
export interface UploadEnd {
  readonly batches: number
  readonly rows: number
  /** Rows of a user's dataset that were not sent, where there are any. */
  readonly skipped?: SkippedRows
  /** In the dialects that answer once: all of it was sent, so that only the answer was still to come. */
  readonly isSent?: boolean
  /** Where the upload succeeded. */
  readonly expected?: ExpectedAnswers
  readonly sessionId?: string
  readonly answeredBatches?: number
  readonly answeredRows?: number
  readonly answeredMissing?: readonly string[]
  readonly error?: string
}

/** Value of completed `results`. */
export interface ResultsEnd {
  readonly missing: readonly ResultType[]
}

/** Value of a delivered part of the results: Q1 as a digest and at most `keptAmountRows` of its rows, the rest whole. */
export type DeliveredPart = { readonly clientId?: string } & (
  | {
      readonly query: 'q1'
      readonly digest: AmountDigest
      readonly rows: readonly AmountRow[]
      readonly totalRows?: number
    }
  | { readonly query: 'q2'; readonly metric?: 'quantity' | 'profit'; readonly rows: readonly TopItemRow[] }
  | { readonly query: 'q3'; readonly rows: readonly StoreTotalRow[] }
  | { readonly query: 'q4'; readonly rows: readonly TopUserRow[] }
)

/** Rows of each part of Q1 that the history keeps, as examples. */
export const keptAmountRows = 20

export function describePart(part: ResultPart): Json {
  if (part.query !== 'q1') return asJson(part)
  return asJson({ ...part, digest: digestAmounts(part.rows), rows: part.rows.slice(0, keptAmountRows) })
}

/** For plain data whose interfaces merely lack the index signature that `Json` asks for. */
export const asJson = (value: object): Json => value as Json
