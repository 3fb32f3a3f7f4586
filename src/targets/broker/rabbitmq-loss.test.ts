import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CuttableProxy, startCuttableProxy } from '../../../test/support/cuttable-proxy.ts'
import { canStartRabbitmq, findSharedRabbitmq } from '../../../test/support/rabbitmq.ts'
import { startRabbitmq } from '../../../test/support/start-rabbitmq.ts'
import { createInbox } from './broker.contract.ts'
import type { Broker } from './broker.ts'
import { openRabbitmqBroker } from './rabbitmq-broker.ts'

const url = await findSharedRabbitmq()
const silent = { log: () => {} }

/** A log that lets a test wait for what it says. */
function createLog() {
  const waiting: { readonly beginning: string; readonly resolve: () => void }[] = []
  return {
    log(message: string) {
      for (const { beginning, resolve } of waiting) if (message.startsWith(beginning)) resolve()
    },
    says: (beginning: string) => new Promise<void>((resolve) => waiting.push({ beginning, resolve })),
  }
}

const lostMessage = 'broker connection lost'
const backMessage = 'broker connection is back'

describe.skipIf(!url)('a lost connection to RabbitMQ', () => {
  let proxy: CuttableProxy
  let broker: Broker
  let queue: string
  let queueNumber = 0
  let log: ReturnType<typeof createLog>
  const open = async (limitMs: number) => {
    const throughProxy = new URL(String(url))
    throughProxy.host = `127.0.0.1:${proxy.port}`
    log = createLog()
    broker = await openRabbitmqBroker(throughProxy.href, { log: log.log, limitMs })
    await broker.declareQueue(queue)
  }
  const leave = async () => {
    const lost = log.says(lostMessage)
    await proxy.close()
    await lost
  }

  beforeEach(async () => {
    proxy = await startCuttableProxy(Number(new URL(String(url)).port || 5672))
    queue = `mcsim.loss.${process.pid}.${++queueNumber}`
  })
  afterEach(async () => {
    await broker.close()
    await proxy.close()
    const cleaner = await openRabbitmqBroker(String(url), silent)
    await cleaner.deleteQueue(queue)
    await cleaner.close()
  })

  it('comes back with its consumers, and brings again what was not acknowledged', async () => {
    await open(10_000)
    const inbox = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 2 }, inbox.handler)
    for (const text of ['a', 'b', 'c']) await broker.publish(queue, Buffer.from(text))
    await inbox.received(2)
    const back = log.says(backMessage)
    proxy.cut()
    await back
    await inbox.received(4)
    // These came over the old connection: to acknowledge them now would acknowledge others, or break the channel.
    inbox.messages[0]?.ack()
    inbox.messages[1]?.reject(true)
    inbox.messages[2]?.ack()
    inbox.messages[3]?.ack()
    await inbox.received(5)
    expect(inbox.messages.map(({ body, redelivered }) => [body.toString(), redelivered])).toEqual([
      ['a', false],
      ['b', false],
      ['a', true],
      ['b', true],
      ['c', false],
    ])
  })

  it('refuses what was under way, and sends it no second time', async () => {
    await open(10_000)
    const back = log.says(backMessage)
    proxy.muffle()
    const underWay = [1, 2, 3].map((n) => broker.publish(queue, Buffer.from(`m${n}`)))
    const refusals = Promise.allSettled(underWay)
    proxy.cut()
    for (const outcome of await refusals) expect(outcome).toMatchObject({ reason: { code: 'connection-lost' } })
    await back
    await broker.publish(queue, Buffer.from('after'))
    expect((await broker.inspectQueue(queue))?.messages).toBeLessThanOrEqual(4)
  })

  it('begins anew what has the same effect twice', async () => {
    await open(10_000)
    const inbox = createInbox()
    proxy.muffle()
    const calls = Promise.all([
      broker.declareQueue(`${queue}.other`),
      broker.consume(queue, { prefetch: 1 }, inbox.handler),
      broker.inspectQueue(`${queue}.missing`),
    ])
    proxy.cut()
    const [, , missing] = await calls
    expect(missing).toBeUndefined()
    await broker.publish(`${queue}.other`, Buffer.from('a'))
    await broker.publish(queue, Buffer.from('b'))
    await inbox.received(1)
    await broker.deleteQueue(`${queue}.other`)
    expect(await broker.inspectQueue(queue)).toEqual({ messages: 0, consumers: 1 })
  })

  it('lets calls wait for its return, with the body as it was', async () => {
    await open(10_000)
    await leave()
    const body = Buffer.from('kept')
    const published = broker.publish(queue, body)
    body.fill(0)
    await proxy.open()
    await published
    const inbox = createInbox()
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await inbox.received(1)
    expect(inbox.texts()).toEqual(['kept'])
  })

  it('lets no call wait longer than its limit', async () => {
    await open(300)
    await leave()
    const calls = [
      broker.publish(queue, Buffer.from('a')),
      broker.declareQueue(queue),
      broker.consume(queue, { prefetch: 1 }, () => {}),
      broker.inspectQueue(queue),
    ]
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ reason: { code: 'time-limit' } })
    }
    await proxy.open()
  })

  it('ends the waiting of all when it is closed meanwhile', async () => {
    await open(10_000)
    await leave()
    const refused = expect(broker.publish(queue, Buffer.from('a'))).rejects.toMatchObject({ code: 'closed' })
    await broker.close()
    await refused
    await proxy.open()
  })

  it('returns what is unacknowledged when the broker is closed', async () => {
    await open(10_000)
    const first = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 5 }, first.handler)
    await broker.publish(queue, Buffer.from('a'))
    await first.received(1)
    await broker.close()
    await open(10_000)
    const second = createInbox()
    await broker.consume(queue, { prefetch: 5 }, second.handler)
    await second.received(1)
    expect([second.texts(), second.messages[0]?.redelivered]).toEqual([['a'], true])
  })
})

describe.skipIf(!canStartRabbitmq())('a restart of RabbitMQ', () => {
  it('loses nothing that was confirmed, whether it ends in order or is killed', async () => {
    const server = await startRabbitmq()
    const log = createLog()
    const broker = await openRabbitmqBroker(server.url, log)
    const inbox = createInbox({ ack: false })
    const texts = Array.from({ length: 200 }, (_, i) => `m${i}`)
    try {
      await broker.declareQueue('durable')
      await Promise.all(texts.map((text) => broker.publish('durable', Buffer.from(text))))
      const back = log.says(backMessage)
      await server.kill()
      await server.restart()
      await back
      await broker.consume('durable', { prefetch: 200 }, inbox.handler)
      await inbox.received(200)
      expect(inbox.texts()).toEqual(texts)
      const backAgain = log.says(backMessage)
      await server.restart()
      await backAgain
      await inbox.received(400)
      expect(inbox.texts().slice(200)).toEqual(texts)
    } finally {
      await broker.close()
      await server.stop()
    }
  })
})
