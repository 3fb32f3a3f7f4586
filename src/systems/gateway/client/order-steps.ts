import { type Batch, type Kind, kinds } from '../wire/rows.ts'
import type { UploadSource } from './client-work.ts'

/** What a client sends next: a batch, or the end of a kind. */
export type UploadStep = { readonly batch: Batch } | { readonly end: Kind }

/** One kind after the other, each followed by its end. */
export async function* orderByKind(source: UploadSource): AsyncGenerator<UploadStep> {
  for (const kind of kinds) {
    for await (const batch of source.batchesOf(kind)) yield { batch }
    yield { end: kind }
  }
}

/** A batch of each kind in turn; a kind that has no more ends at its turn. */
export async function* interleaveKinds(source: UploadSource): AsyncGenerator<UploadStep> {
  let open = kinds.map((kind) => ({ kind, batches: orderOneKind(source, kind) }))
  while (open.length > 0) {
    const unfinished: typeof open = []
    for (const turn of open) {
      const next = await turn.batches.next()
      if (next.done) yield { end: turn.kind }
      else {
        yield { batch: next.value }
        unfinished.push(turn)
      }
    }
    open = unfinished
  }
}

async function* orderOneKind(source: UploadSource, kind: Kind): AsyncGenerator<Batch> {
  yield* source.batchesOf(kind)
}
