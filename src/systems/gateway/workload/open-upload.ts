import type { PlannedClient } from '../../../core/plan.ts'
import type { GatewayParams } from '../params.ts'
import type { Batch } from '../wire/rows.ts'
import { chooseFolder } from './dataset/find-dataset.ts'
import { readDataset } from './dataset/read-dataset.ts'
import { createStamp } from './dataset/stamp-rows.ts'
import { generateBatches } from './generate-batches.ts'
import { identifyOwner } from './owner-identity.ts'
import type { UploadSource } from './upload-source.ts'

/**
 * What a client uploads in an iteration: derived from the plan alone (and the user's dataset, where the plan names one),
 * so that checkers can derive it again. Throws `McsimError` where that dataset is none.
 */
export function openUpload(client: PlannedClient<GatewayParams>, iteration: number): UploadSource {
  const { rows, batchRows, dataFolder, stamp } = client.params
  if (dataFolder === undefined) return generateBatches(identifyOwner(client, iteration), rows, batchRows)
  const stampRows = stamp ? createStamp(client, iteration) : (batch: Batch) => batch
  return readDataset(dataFolder, client.arrival.indexInGroup, batchRows, stampRows)
}

/** A colliding cohort shares its keys and names, and rows of a folder may be sent as they are. */
export function carriesMarkers({ dataFolder, stamp, cohort }: GatewayParams): boolean {
  return dataFolder === undefined ? cohort === 'distinct' : stamp
}

/** Rows of a folder that are sent as they are belong to every client that reads it. */
export function identifyData({ arrival, params }: PlannedClient<GatewayParams>): string | undefined {
  const { dataFolder, stamp } = params
  return dataFolder === undefined || stamp ? undefined : chooseFolder(dataFolder, arrival.indexInGroup)
}
