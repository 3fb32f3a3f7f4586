import { type ChannelModel, connect } from 'amqplib'
import { type Broker, BrokerError, type MessageHandler } from './broker.ts'
import { openRabbitmqLink, type RabbitmqLink } from './rabbitmq-link.ts'
import { withTimeLimit } from './time-limit.ts'

export interface RabbitmqOptions {
  readonly log: (message: string) => void
  /** For every call, and for the first connection. */
  readonly limitMs?: number
}

/** A dead connection is noticed after twice this time. */
const heartbeatS = 10

interface RabbitmqConsumer {
  readonly queue: string
  readonly prefetch: number
  readonly handler: MessageHandler
  /** Where it is attached now. */
  attached?: { readonly link: RabbitmqLink; readonly tag: string }
}

/**
 * Rejects with amqplib's error where the first connection fails. A later loss is repaired by itself: amqplib tries
 * again after 0.1 to 5 s, twice as long each time, until the broker is closed.
 */
export async function openRabbitmqBroker(url: string, { log, limitMs = 30_000 }: RabbitmqOptions): Promise<Broker> {
  const queues = new Set<string>()
  const consumers = new Set<RabbitmqConsumer>()
  const listeners: (() => void)[] = []
  const waiting = createWaitingLine<RabbitmqLink>()
  let link: RabbitmqLink | undefined
  let closed: Promise<void> | undefined

  const attach = async (to: RabbitmqLink, consumer: RabbitmqConsumer) => {
    await to.declareQueue(consumer.queue)
    const ended = () => consumers.delete(consumer)
    const tag = await to.consume(consumer.queue, consumer.prefetch, consumer.handler, ended)
    consumer.attached = { link: to, tag }
  }
  const restore = async (to: RabbitmqLink) => {
    for (const queue of queues) await to.declareQueue(queue)
    for (const consumer of consumers) await attach(to, consumer)
  }

  const connection = await connect(withHeartbeat(url), {
    noDelay: true,
    timeout: limitMs,
    recovery: {
      initialDelay: 100,
      maxDelay: 5000,
      initialMaxRetries: 0,
      setup: async (model: ChannelModel) => {
        // The loss itself is told by 'close'; without a listener this event would end the process.
        model.on('error', () => {})
        const opened = await openRabbitmqLink(model, log)
        await withTimeLimit(restore(opened), limitMs, 'restoring queues and consumers')
        link = opened
      },
    },
  })
  connection.on('error', () => {})
  connection.on('disconnect', (error) => log(`broker connection lost: ${error.message}`))
  connection.on('connect-failed', (error) => log(`broker is not back yet: ${error.message}`))
  connection.on('connect', () => {
    log('broker connection is back')
    waiting.resolve(link as RabbitmqLink)
    for (const listener of listeners) listener()
  })

  /** Does it now where it can, so that a message is on its way when `publish` returns. */
  const call = <T>(what: string, action: (link: RabbitmqLink) => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new BrokerError('closed', 'the broker is closed'))
    return withTimeLimit(link?.alive ? action(link) : waiting.join().then(action), limitMs, what)
  }

  return {
    async declareQueue(queue) {
      await call(`declaring ${queue}`, (to) => to.declareQueue(queue))
      queues.add(queue)
    },

    async deleteQueue(queue) {
      queues.delete(queue)
      for (const consumer of consumers) if (consumer.queue === queue) consumers.delete(consumer)
      await call(`deleting ${queue}`, (to) => to.deleteQueue(queue))
    },

    publish(queue, body, headers) {
      const kept = link?.alive ? body : Buffer.from(body)
      return call(`publishing to ${queue}`, (to) => to.publish(queue, kept, headers))
    },

    async consume(queue, { prefetch }, handler) {
      const consumer: RabbitmqConsumer = { queue, prefetch, handler }
      await call(`consuming ${queue}`, (to) => attach(to, consumer))
      consumers.add(consumer)
      return {
        async cancel() {
          const { attached } = consumer
          if (consumers.delete(consumer) && attached?.link.alive) {
            await call(`cancelling a consumer of ${queue}`, () => attached.link.cancel(attached.tag))
          }
        },
      }
    },

    inspectQueue: (queue) => call(`inspecting ${queue}`, (to) => to.inspectQueue(queue)),

    onReconnect(listener) {
      listeners.push(listener)
    },

    close() {
      waiting.reject(new BrokerError('closed', 'the broker was closed'))
      // amqplib's close does not end where the connection is lost meanwhile.
      const ended = () => Promise.race([connection.close(), ...(link?.alive ? [link.gone] : [])])
      closed ??= withTimeLimit(ended(), limitMs, 'closing the connection')
      return closed
    },
  }
}

function withHeartbeat(url: string): string {
  const full = new URL(url)
  if (!full.searchParams.has('heartbeat')) full.searchParams.set('heartbeat', String(heartbeatS))
  return full.href
}

/** Those who wait for the connection. */
function createWaitingLine<T>() {
  const waiting: { resolve: (value: T) => void; reject: (error: Error) => void }[] = []
  return {
    join: () => new Promise<T>((resolve, reject) => waiting.push({ resolve, reject })),
    resolve: (value: T) => {
      for (const { resolve } of waiting.splice(0)) resolve(value)
    },
    reject: (error: Error) => {
      for (const { reject } of waiting.splice(0)) reject(error)
    },
  }
}
