import type { SimulatedClient } from '../../../core/client.ts'
import type { ClientContext } from '../../../core/system.ts'
import type { GatewayParams } from '../params.ts'
import { openUpload } from '../workload/open-upload.ts'
import { createOracle } from '../workload/oracle.ts'
import { GatewayClient } from './gateway-client.ts'

export function createClient(context: ClientContext<GatewayParams>): SimulatedClient {
  return new GatewayClient(context.target, context.recorder, context.params, {
    openUpload: (iteration) => openUpload(context, iteration),
    createOracle: () => createOracle(context.params),
  })
}
