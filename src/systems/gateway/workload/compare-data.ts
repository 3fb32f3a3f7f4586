import type { PlannedClient } from '../../../core/plan.ts'
import type { DataComparison } from '../../../core/system.ts'
import type { GatewayParams } from '../params.ts'
import type { Kind } from '../wire/rows.ts'
import { deriveAnswers } from './expected-answers.ts'
import { openUpload } from './open-upload.ts'
import { tallyUpload } from './oracle.ts'
import type { Tally } from './tally.ts'
import { uploadOrder } from './upload-source.ts'

/** So many batches of each kind are tried: each costs about as much as the answers of a whole upload. */
const triedBatches = 12

/**
 * Whether two clients expect different answers, and whether any one batch of `other` that got into the upload of `one`
 * would change an answer of `one`. In a colliding cohort stores and menu items are equal but for what no query asks,
 * so there they are not tried: a leak of them changes nothing for anybody.
 */
export async function compareData(
  one: PlannedClient<GatewayParams>,
  other: PlannedClient<GatewayParams>,
): Promise<DataComparison> {
  const own = await tallyUpload(one, 0)
  const ownAnswers = describeAnswers(own)
  const distinct = ownAnswers !== describeAnswers(await tallyUpload(other, 0))
  const areNamesShared = one.params.cohort === 'colliding' && other.params.cohort === 'colliding'
  const kinds = uploadOrder.filter((kind) => !areNamesShared || (kind !== 'stores' && kind !== 'menu_items'))
  for (const kind of kinds)
    if (!(await isSensitive(own, ownAnswers, other, kind))) return { distinct, sensitive: false }
  return { distinct, sensitive: true }
}

async function isSensitive(
  own: Tally,
  ownAnswers: string,
  other: PlannedClient<GatewayParams>,
  kind: Kind,
): Promise<boolean> {
  let tried = 0
  for await (const batch of openUpload(other, 0).batchesOf(kind)) {
    const mixed = own.copy()
    mixed.add(batch)
    if (describeAnswers(mixed) === ownAnswers) return false
    if (++tried === triedBatches) break
  }
  return true
}

const describeAnswers = (tally: Tally) => JSON.stringify(deriveAnswers(tally))
