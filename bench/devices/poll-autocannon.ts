import autocannon from 'autocannon'
import { serveRounds } from './serve-rounds.ts'

/*
 * A process that polls with autocannon: one registered device's id over all connections.
 */
await serveRounds(async ({ url, connections, requests }) => {
  const id = 'a1b2c3d4'
  const body = JSON.stringify({ client_id: id })
  await fetch(`${url}/registration`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const result = await autocannon({ url: `${url}/offloading_layer?client_id=${id}`, connections, amount: requests })
  return result['2xx']
})
