import type { SimulatedClient } from '../../../core/client.ts'
import type { ClientContext } from '../../../core/system.ts'
import { parseServerUrl } from '../../../transport/parse-server-url.ts'
import type { ReplayParams } from '../params/replay-params.ts'
import { planViewer } from '../workload/plan-viewer.ts'
import { ReplayClient } from './replay-client.ts'

export function createClient(context: ClientContext<ReplayParams>): SimulatedClient {
  const { runId, arrival, params, recorder, target } = context
  return new ReplayClient(planViewer({ runId, arrival, params }), params, parseServerUrl(target.url), recorder)
}
