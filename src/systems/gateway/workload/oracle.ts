import type { PlannedClient } from '../../../core/plan.ts'
import type { GatewayParams } from '../params.ts'
import type { Batch, Kind } from '../wire/rows.ts'
import { deriveAnswers, type ExpectedAnswers } from './expected-answers.ts'
import { openUpload } from './open-upload.ts'
import { Tally } from './tally.ts'
import { uploadOrder } from './upload-source.ts'

/** Is told of what was uploaded and says what must be answered. */
export interface Oracle {
  add(batch: Batch): void
  answers(): ExpectedAnswers
}

export function createOracle(params: Pick<GatewayParams, 'rules'>): Oracle {
  const tally = new Tally(params.rules)
  return { add: (batch) => tally.add(batch), answers: () => deriveAnswers(tally) }
}

/** What one batch of an upload adds to the sums of the queries: the evidence in "exactly batch 4 of client 12". */
export interface BatchContribution {
  readonly kind: Kind
  /** Counts from 1 within its kind. */
  readonly batch: number
  readonly tally: Tally
}

/** Derives a client's upload anew, in documented order. */
export async function* listContributions(
  client: PlannedClient<GatewayParams>,
  iteration: number,
): AsyncIterable<BatchContribution> {
  const source = openUpload(client, iteration)
  for (const kind of uploadOrder) {
    let number = 0
    for await (const batch of source.batchesOf(kind)) {
      const tally = new Tally(client.params.rules)
      tally.add(batch)
      yield { kind, batch: ++number, tally }
    }
  }
}

/** The sums of a whole upload, derived anew. */
export async function tallyUpload(client: PlannedClient<GatewayParams>, iteration: number): Promise<Tally> {
  const source = openUpload(client, iteration)
  const tally = new Tally(client.params.rules)
  for (const kind of uploadOrder) for await (const batch of source.batchesOf(kind)) tally.add(batch)
  return tally
}
