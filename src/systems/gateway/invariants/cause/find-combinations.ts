import type { ClientIndex } from '../../../../core/plan.ts'
import { add, type Measure, type Share, subtract } from './measure.ts'

/** The shares of one client's batches of the kind in question, in order of upload. */
export interface UploadShares {
  readonly client: ClientIndex
  readonly iteration: number
  readonly batches: readonly { readonly batch: number; readonly share: Share }[]
}

/** Consecutive batches of one upload. */
export interface BatchRun {
  readonly client: ClientIndex
  readonly iteration: number
  readonly from: number
  readonly to: number
  /** All batches of the upload. */
  readonly isWhole: boolean
}

/** Runs of batches of one upload, however long, that together are exactly `wanted`. */
export function findRuns(wanted: Share, uploads: readonly UploadShares[], { settle }: Measure): BatchRun[] {
  return uploads.flatMap(({ client, iteration, batches }) => {
    const found: BatchRun[] = []
    const startOf = new Map<string, number>()
    let sum: Share = wanted.map(() => 0)
    for (const [i, { batch, share }] of batches.entries()) {
      startOf.set(keyOf(settle(sum)), i)
      sum = add(sum, share)
      const start = startOf.get(keyOf(settle(subtract(sum, wanted))))
      if (start === undefined) continue
      const from = (batches[start] as { batch: number }).batch
      found.push({ client, iteration, from, to: batch, isWhole: start === 0 && i === batches.length - 1 })
    }
    return found
  })
}

/** Pairs of single batches, of the same or of two uploads, that together are exactly `wanted`. */
export function findPairs(
  wanted: Share,
  uploads: readonly UploadShares[],
  { settle }: Measure,
): (readonly [BatchRun, BatchRun])[] {
  const singles = uploads.flatMap(({ client, iteration, batches }) =>
    batches.map(({ batch, share }) => ({ run: { client, iteration, from: batch, to: batch, isWhole: false }, share })),
  )
  const before = new Map<string, BatchRun[]>()
  const found: (readonly [BatchRun, BatchRun])[] = []
  for (const { run, share } of singles) {
    for (const other of before.get(keyOf(settle(subtract(wanted, share)))) ?? []) found.push([other, run])
    const key = keyOf(settle(share))
    before.set(key, [...(before.get(key) ?? []), run])
  }
  return found
}

const keyOf = (share: Share) => share.join(' ')
