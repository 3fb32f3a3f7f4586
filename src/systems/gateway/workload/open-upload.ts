import type { PlannedClient } from '../../../core/plan.ts'
import type { GatewayParams } from '../params.ts'
import { generateBatches } from './generate-batches.ts'
import { identifyOwner } from './owner-identity.ts'
import type { UploadSource } from './upload-source.ts'

/** What a client uploads in an iteration: derived from the plan alone, so that checkers can derive it again. */
export function openUpload(client: PlannedClient<GatewayParams>, iteration: number): UploadSource {
  const { rows, batchRows } = client.params
  return generateBatches(identifyOwner(client, iteration), rows, batchRows)
}
