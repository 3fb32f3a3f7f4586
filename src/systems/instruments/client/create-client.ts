import type { SimulatedClient } from '../../../core/client.ts'
import type { ClientContext } from '../../../core/system.ts'
import type { InstrumentsParams } from '../params/instruments-params.ts'
import { planPair } from '../workload/plan-pair.ts'
import { PairClient } from './pair-client.ts'

export function createClient(context: ClientContext<InstrumentsParams>): SimulatedClient {
  const { arrival, params, recorder, target } = context
  const isOdd = arrival.indexInGroup % 2 === 1
  const transport = params.transport === 'mixed' ? (isOdd ? 'polling' : 'websocket') : params.transport
  const urls = [target.url, ...(params.secondUrl === undefined ? [] : [params.secondUrl])]
  return new PairClient({ pair: planPair(context), params, client: arrival.client, urls, recorder, transport })
}
