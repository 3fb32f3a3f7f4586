import { expect, it } from 'vitest'
import type { Broker, BrokerMessage } from '../../../../targets/broker/broker.ts'
import { createEmbeddedBroker } from '../../../../targets/broker/embedded-broker.ts'
import { plantDefects } from '../../../../targets/defect.ts'
import { openServerLog } from '../../../../targets/server-log.ts'
import { SharedState } from '../defects/shared-state.ts'
import { type ClientRoute, type Content, readEnvelope } from '../pipeline/envelope.ts'
import { encodeTable } from '../pipeline/table.ts'
import { tableFromBatch } from '../pipeline/tables-from-rows.ts'
import { startOwner } from './owner-worker.ts'
import { publish } from './publish.ts'

const route: ClientRoute = {
  clientId: 'c',
  replyTo: 'results.c',
  partitions: { 'top-items': 0, 'store-totals': 0, 'top-users': 0 },
}

/** A broker that takes checkpoints only when it is allowed to. */
function holdCheckpoints(broker: Broker) {
  let begun = () => {}
  let allow = () => {}
  const whenBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const allowed = new Promise<void>((resolve) => {
    allow = resolve
  })
  const slow: Broker = {
    ...broker,
    async publish(queue, body, headers) {
      if (headers?.['version'] !== undefined) {
        begun()
        await allowed
      }
      await broker.publish(queue, body, headers)
    },
  }
  return { slow, whenBegun, allow }
}

it('a client whose last message comes while its checkpoint is being written is answered', async () => {
  const broker = createEmbeddedBroker()
  const { slow, whenBegun, allow } = holdCheckpoints(broker)
  const log = await openServerLog(undefined)
  const context = {
    broker: slow,
    queuePrefix: 'test',
    prefetch: 4,
    orphanAfterMs: 60_000,
    log,
    signal: new AbortController().signal,
    shared: new SharedState(),
    defect: plantDefects({ defects: [], defectRate: 0, seed: 1 }),
  }
  const answered = new Promise<BrokerMessage>((resolve) => {
    void broker.consume(route.replyTo, { prefetch: 1 }, resolve)
  })
  const owner = await startOwner('store-totals', 0, context)
  const send = (content: Content, body?: Buffer) => publish(context, 'store-totals', { route, content }, body)

  const noTransactions = encodeTable(tableFromBatch({ kind: 'transactions', rows: [] }))
  await send({ type: 'data', dataType: 'transactions', chunkIndex: 0 }, noTransactions)
  const noStores = encodeTable(tableFromBatch({ kind: 'stores', rows: [] }))
  await send({ type: 'data', dataType: 'stores', chunkIndex: 0 }, noStores)
  await whenBegun
  await send({ type: 'eof', dataType: 'transactions', totalChunks: 1 })
  await send({ type: 'eof', dataType: 'stores', totalChunks: 1 })
  allow()

  expect(readEnvelope(await answered).content).toMatchObject({ type: 'result', query: 'q3' })
  await owner.stop()
  await broker.close()
})
