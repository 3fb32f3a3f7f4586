import { type Broker, BrokerError, type MessageHandler } from './broker.ts'
import { openRabbitmqConnection } from './rabbitmq-connection.ts'
import type { RabbitmqLink } from './rabbitmq-link.ts'
import { withTimeLimit } from './time-limit.ts'

export interface RabbitmqOptions {
  readonly log: (message: string) => void
  /** For every call, and for the first connection. */
  readonly limitMs?: number
}

interface RabbitmqConsumer {
  readonly queue: string
  readonly prefetch: number
  readonly handler: MessageHandler
  /** Where it is attached now. */
  attached?: { readonly link: RabbitmqLink; readonly tag: string }
}

/** Rejects with amqplib's error where the first connection fails. */
export async function openRabbitmqBroker(url: string, { log, limitMs = 30_000 }: RabbitmqOptions): Promise<Broker> {
  const queues = new Set<string>()
  const consumers = new Set<RabbitmqConsumer>()

  const attach = async (link: RabbitmqLink, consumer: RabbitmqConsumer) => {
    await link.declareQueue(consumer.queue)
    const ended = () => consumers.delete(consumer)
    const tag = await link.consume(consumer.queue, consumer.prefetch, consumer.handler, ended)
    consumer.attached = { link, tag }
  }
  const restore = async (link: RabbitmqLink) => {
    for (const queue of queues) await link.declareQueue(queue)
    for (const consumer of consumers) {
      await attach(link, consumer)
      if (!consumers.has(consumer)) await detach(consumer)
    }
  }
  const connection = await openRabbitmqConnection(url, { log, limitMs, restore })

  /** For what has the same effect however often it is done: begins anew where the connection was lost meanwhile. */
  const persist = async <T>(what: string, action: (link: RabbitmqLink) => Promise<T>): Promise<T> => {
    const giveUpAt = performance.now() + limitMs
    for (;;) {
      const link = await connection.connected(what)
      try {
        return await withTimeLimit(action(link), limitMs, what)
      } catch (error) {
        const isLoss = error instanceof BrokerError && error.code === 'connection-lost'
        if (!isLoss || performance.now() > giveUpAt) throw error
      }
    }
  }

  return {
    async declareQueue(queue) {
      await persist(`declaring ${queue}`, (link) => link.declareQueue(queue))
      queues.add(queue)
    },

    async deleteQueue(queue) {
      queues.delete(queue)
      for (const consumer of consumers) if (consumer.queue === queue) consumers.delete(consumer)
      await persist(`deleting ${queue}`, (link) => link.deleteQueue(queue))
    },

    async publish(queue, body, headers) {
      const what = `publishing to ${queue}`
      const { link } = connection
      if (link) return withTimeLimit(link.publish(queue, body, headers), limitMs, what)
      const kept = Buffer.from(body)
      const next = await connection.connected(what)
      return withTimeLimit(next.publish(queue, kept, headers), limitMs, what)
    },

    async consume(queue, { prefetch }, handler) {
      const consumer: RabbitmqConsumer = { queue, prefetch, handler }
      await persist(`consuming ${queue}`, (link) => attach(link, consumer))
      consumers.add(consumer)
      return {
        async cancel() {
          if (!consumers.delete(consumer)) return
          await withTimeLimit(detach(consumer), limitMs, `cancelling a consumer of ${queue}`)
        },
      }
    },

    inspectQueue: (queue) => persist(`inspecting ${queue}`, (link) => link.inspectQueue(queue)),
    close: () => connection.close(),
  }
}

/** A consumer ends with its link at the latest. */
async function detach({ attached }: RabbitmqConsumer): Promise<void> {
  if (!attached?.link.alive) return
  await Promise.race([attached.link.cancel(attached.tag).catch(() => {}), attached.link.gone])
}
