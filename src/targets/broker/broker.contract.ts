import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Broker, BrokerMessage } from './broker.ts'

/** Collects what a consumer is given, and lets a test wait for the n-th. */
export function createInbox(options: { readonly ack: boolean } = { ack: true }) {
  const messages: BrokerMessage[] = []
  const arrivals = new EventTarget()
  return {
    messages,
    texts: () => messages.map(({ body }) => body.toString()),
    handler(message: BrokerMessage) {
      messages.push(message)
      if (options.ack) message.ack()
      arrivals.dispatchEvent(new Event('message'))
    },
    async received(count: number): Promise<void> {
      while (messages.length < count) await once(arrivals, 'message')
    },
  }
}

/** What every broker promises. Runs inside a `describe`. */
export function testBroker(open: () => Promise<Broker>): void {
  let broker: Broker
  let queue: string
  let queueNumber = 0
  const publishAll = (texts: readonly string[], to = queue) =>
    Promise.all(texts.map((text) => broker.publish(to, Buffer.from(text))))
  const ready = async () => (await broker.inspectQueue(queue))?.messages
  const untilReady = async (messages: number) => {
    while ((await ready()) !== messages) await nextTurn()
  }

  beforeAll(async () => {
    broker = await open()
  })
  beforeEach(async () => {
    queue = `mcsim.contract.${process.pid}.${++queueNumber}`
    await broker.declareQueue(queue)
    return () => broker.deleteQueue(queue)
  })
  afterAll(() => broker.close())

  it('delivers in order what was published before and after the consumer came', async () => {
    const inbox = createInbox()
    await publishAll(['a', 'b'])
    await broker.consume(queue, { prefetch: 10 }, inbox.handler)
    await publishAll(['c', 'd'])
    await inbox.received(4)
    expect(inbox.texts()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('counts a message as ready as soon as it is confirmed', async () => {
    await broker.publish(queue, Buffer.from('a'))
    expect(await ready()).toBe(1)
  })

  it('does not deliver within publish', async () => {
    const inbox = createInbox()
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    const published = broker.publish(queue, Buffer.from('a'))
    expect(inbox.messages).toHaveLength(0)
    await published
    await inbox.received(1)
  })

  it('refuses a message for a queue that does not exist, and goes on', async () => {
    await expect(broker.publish(`${queue}.missing`, Buffer.from('a'))).rejects.toMatchObject({ code: 'no-such-queue' })
    await broker.publish(queue, Buffer.from('b'))
    expect(await ready()).toBe(1)
  })

  it('carries headers of every type', async () => {
    const inbox = createInbox()
    const headers = { client: 'c-1', chunk: 4_000_000_000, share: 0.25, last: true, negative: -7, empty: '' }
    await broker.publish(queue, Buffer.from('a'), headers)
    await broker.publish(queue, Buffer.from('b'))
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await inbox.received(2)
    expect(inbox.messages.map((message) => message.headers)).toEqual([headers, {}])
  })

  it('is not touched by what the publisher does to the body afterwards', async () => {
    const inbox = createInbox()
    const before = ['short', 'long'.repeat(100_000)]
    const bodies = before.map((text) => Buffer.from(text))
    const published = bodies.map((body) => broker.publish(queue, body))
    for (const body of bodies) body.fill(0)
    await Promise.all(published)
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await inbox.received(2)
    expect(inbox.texts()).toEqual(before)
  })

  it('brings a rejected message again unchanged, in its place and marked as redelivered', async () => {
    await publishAll(['a', 'b', 'c'])
    const seen: [string, boolean][] = []
    const inbox = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 1 }, (message) => {
      seen.push([message.body.toString(), message.redelivered])
      const again = seen.length === 1
      if (again) {
        message.body.fill(0)
        message.reject(true)
      } else message.ack()
      inbox.handler(message)
    })
    await inbox.received(4)
    expect(seen).toEqual([
      ['a', false],
      ['a', true],
      ['b', false],
      ['c', false],
    ])
  })

  it('drops what is rejected for good', async () => {
    await publishAll(['a', 'b'])
    const inbox = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await inbox.received(1)
    inbox.messages[0]?.reject(false)
    await inbox.received(2)
    inbox.messages[1]?.ack()
    expect(inbox.texts()).toEqual(['a', 'b'])
    await untilReady(0)
  })

  it('gives a consumer no more than its prefetch until it acknowledges', async () => {
    const inbox = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 3 }, inbox.handler)
    await publishAll(['a', 'b', 'c', 'd', 'e'])
    await untilReady(2)
    expect(inbox.texts()).toEqual(['a', 'b', 'c'])
    inbox.messages[1]?.ack()
    await inbox.received(4)
    await untilReady(1)
    expect(inbox.texts()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('shares the messages of a queue among its consumers, each to one', async () => {
    const inboxes = [createInbox(), createInbox(), createInbox()]
    const all = createInbox({ ack: false })
    for (const inbox of inboxes) {
      await broker.consume(queue, { prefetch: 5 }, (message) => {
        inbox.handler(message)
        all.handler(message)
      })
    }
    const texts = Array.from({ length: 300 }, (_, i) => `m${i}`)
    await publishAll(texts)
    await all.received(300)
    expect(all.texts().sort()).toEqual(texts.sort())
    for (const inbox of inboxes) expect(inbox.messages.length).toBeGreaterThan(50)
  })

  it('acknowledges once, however often it is told', async () => {
    const inbox = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await publishAll(['a', 'b', 'c'])
    await inbox.received(1)
    inbox.messages[0]?.ack()
    inbox.messages[0]?.ack()
    inbox.messages[0]?.reject(true)
    await inbox.received(2)
    await untilReady(1)
    expect(inbox.texts()).toEqual(['a', 'b'])
  })

  it('tells messages ready and consumers attached, and nothing of a queue that does not exist', async () => {
    const consumer = await broker.consume(queue, { prefetch: 1 }, () => {})
    await publishAll(['a', 'b', 'c'])
    await untilReady(2)
    expect(await broker.inspectQueue(queue)).toEqual({ messages: 2, consumers: 1 })
    await consumer.cancel()
    expect((await broker.inspectQueue(queue))?.consumers).toBe(0)
    expect(await broker.inspectQueue(`${queue}.missing`)).toBeUndefined()
  })

  it('gives a cancelled consumer nothing more, and lets it acknowledge what it has', async () => {
    const inbox = createInbox({ ack: false })
    const consumer = await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await publishAll(['a', 'b'])
    await inbox.received(1)
    await consumer.cancel()
    await consumer.cancel()
    inbox.messages[0]?.ack()
    const next = createInbox()
    await broker.consume(queue, { prefetch: 1 }, next.handler)
    await next.received(1)
    expect([inbox.texts(), next.texts()]).toEqual([['a'], ['b']])
  })

  it('deletes a queue with its messages and consumers, twice if told, and survives a late acknowledgement', async () => {
    const inbox = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await publishAll(['a', 'b'])
    await inbox.received(1)
    await broker.deleteQueue(queue)
    await broker.deleteQueue(queue)
    inbox.messages[0]?.ack()
    expect(await broker.inspectQueue(queue)).toBeUndefined()
    await broker.declareQueue(queue)
    await publishAll(['c'])
    expect(await broker.inspectQueue(queue)).toEqual({ messages: 1, consumers: 0 })
    expect(inbox.texts()).toEqual(['a'])
  })

  it('declares the queue that is consumed', async () => {
    const other = `${queue}.consumed`
    const inbox = createInbox()
    await broker.consume(other, { prefetch: 1 }, inbox.handler)
    await broker.declareQueue(other)
    await publishAll(['a'], other)
    await inbox.received(1)
    await broker.deleteQueue(other)
  })

  it('brings 10 000 messages to a slow consumer, in order and once', async () => {
    const texts = Array.from({ length: 10_000 }, (_, i) => `m${i}`)
    const inbox = createInbox({ ack: false })
    await broker.consume(queue, { prefetch: 20 }, (message) => {
      setImmediate(() => {
        message.ack()
        inbox.handler(message)
      })
    })
    await publishAll(texts)
    await inbox.received(texts.length)
    expect(inbox.texts()).toEqual(texts)
    await untilReady(0)
  })

  it('carries a large body and an empty one', async () => {
    const inbox = createInbox()
    const large = Buffer.alloc(3_000_001, 'mcsim')
    await broker.publish(queue, large)
    await broker.publish(queue, Buffer.alloc(0))
    await broker.consume(queue, { prefetch: 1 }, inbox.handler)
    await inbox.received(2)
    expect(inbox.messages[0]?.body.equals(large)).toBe(true)
    expect(inbox.messages[1]?.body).toHaveLength(0)
  })

  it('lets timers run while consumers and publishers keep each other busy', async () => {
    let rounds = 0
    let stopped = false
    await broker.consume(queue, { prefetch: 10 }, (message) => {
      message.ack()
      rounds++
      if (!stopped) void broker.publish(queue, message.body)
    })
    await publishAll(['a', 'b', 'c'])
    await new Promise((resolve) => setTimeout(resolve, 50))
    stopped = true
    expect(rounds).toBeGreaterThan(3)
  })

  it('refuses everything once it is closed', async () => {
    const other = await open()
    await other.close()
    await other.close()
    await expect(other.publish(queue, Buffer.from('a'))).rejects.toMatchObject({ code: 'closed' })
    await expect(other.declareQueue(queue)).rejects.toMatchObject({ code: 'closed' })
    await expect(other.consume(queue, { prefetch: 1 }, () => {})).rejects.toMatchObject({ code: 'closed' })
  })
}
