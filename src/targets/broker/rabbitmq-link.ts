import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib'
import { BrokerError, type BrokerMessage, type MessageHandler, type MessageHeaders } from './broker.ts'

/**
 * All that lives and dies with one connection. Publishing, consuming and declaring have a channel each, so that they
 * do not wait for each other; when one of the channels fails, the whole link is given up.
 */
export interface RabbitmqLink {
  readonly alive: boolean
  /** Resolves when it is not alive any more. */
  readonly gone: Promise<void>
  declareQueue(queue: string): Promise<void>
  deleteQueue(queue: string): Promise<void>
  /** Hands the message to the connection before it returns. */
  publish(queue: string, body: Buffer, headers: MessageHeaders | undefined): Promise<void>
  /** Returns the consumer's tag. `ended` is called when the server ends the consumer, because its queue was deleted. */
  consume(queue: string, prefetch: number, handler: MessageHandler, ended: () => void): Promise<string>
  cancel(consumerTag: string): Promise<void>
  inspectQueue(queue: string): Promise<{ messages: number; consumers: number } | undefined>
}

/** `log` is told why a channel failed. */
export async function openRabbitmqLink(model: ChannelModel, log: (message: string) => void): Promise<RabbitmqLink> {
  let alive = true
  let tellGone = () => {}
  const gone = new Promise<void>((resolve) => {
    tellGone = resolve
  })
  const giveUp = () => {
    if (!alive) return
    alive = false
    tellGone()
    // Later, because amqplib may be in the middle of closing it; then there is nothing left to close.
    setImmediate(() => model.close().catch(() => {}))
  }
  const guard = <C extends Channel>(channel: C): C => {
    channel.on('error', (error) => log(`broker channel failed: ${error.message}`))
    // Before amqplib's own listener, which fails the unconfirmed messages.
    channel.prependListener('close', giveUp)
    return channel
  }
  const publishing = guard(await model.createConfirmChannel())
  const consuming = guard(await model.createChannel())
  const declaring = guard(await model.createChannel())

  // A message that no queue takes is returned just before it is confirmed.
  const returned = new Set<string>()
  publishing.on('return', ({ properties }) => returned.add(properties.messageId))
  let published = 0

  const settle = (how: () => void) => {
    if (!alive) return
    try {
      how()
    } catch {
      // amqplib throws once the channel is closing.
      giveUp()
    }
  }

  return {
    get alive() {
      return alive
    },
    gone,

    async declareQueue(queue) {
      await reply(declaring.assertQueue(queue, { durable: true }))
    },

    async deleteQueue(queue) {
      await reply(declaring.deleteQueue(queue))
    },

    publish(queue, body, headers) {
      const messageId = String(++published)
      return new Promise((resolve, reject) => {
        const confirmed = (error: unknown) => {
          if (returned.delete(messageId)) reject(new BrokerError('no-such-queue', `there is no queue "${queue}"`))
          else if (!error) resolve()
          else if (alive) reject(new BrokerError('refused', 'the broker could not store the message'))
          else reject(new BrokerError('connection-lost', 'the connection was lost before the message was confirmed'))
        }
        try {
          const options = { mandatory: true, persistent: true, headers, messageId }
          publishing.sendToQueue(queue, body, options, confirmed)
        } catch (error) {
          giveUp()
          reject(new BrokerError('connection-lost', String(error)))
        }
      })
    },

    async consume(queue, prefetch, handler, ended) {
      const onMessage = (message: ConsumeMessage | null) => {
        if (!message) return ended()
        try {
          handler(wrapMessage(consuming, message, settle))
        } catch (error) {
          // A bug that must not look like a failing connection, which is what amqplib would make of it.
          queueMicrotask(() => {
            throw error
          })
        }
      }
      // Sent one right after the other: the prefetch holds for the consumers that follow on the channel.
      const [, { consumerTag }] = await reply(
        Promise.all([consuming.prefetch(prefetch, false), consuming.consume(queue, onMessage)]),
      )
      return consumerTag
    },

    async cancel(consumerTag) {
      await reply(consuming.cancel(consumerTag))
    },

    async inspectQueue(queue) {
      // The server answers "not found" by closing the channel, so this takes one of its own.
      const channel = await reply(model.createChannel())
      channel.on('error', () => {})
      try {
        const { messageCount, consumerCount } = await channel.checkQueue(queue)
        await reply(channel.close())
        return { messages: messageCount, consumers: consumerCount }
      } catch (error) {
        if ((error as { code?: unknown }).code === notFound) return undefined
        throw toBrokerError(error)
      }
    },
  }
}

/** AMQP 0-9-1, reply code "not-found". */
const notFound = 404

function wrapMessage(channel: Channel, message: ConsumeMessage, settle: (how: () => void) => void): BrokerMessage {
  let settled = false
  const once = (how: () => void) => {
    // To settle twice is an error that would close the channel.
    if (!settled) settle(how)
    settled = true
  }
  return {
    body: message.content,
    headers: (message.properties.headers ?? {}) as MessageHeaders,
    redelivered: message.fields.redelivered,
    ack: () => once(() => channel.ack(message)),
    reject: (requeue) => once(() => channel.reject(message, requeue)),
  }
}

/** The answer to a call, or a `BrokerError`. */
async function reply<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw toBrokerError(error)
  }
}

/** A call fails when the server closes the channel because of it, which has a reply code, or when the channel is lost. */
function toBrokerError(error: unknown): BrokerError {
  const { code, message } = error as { code?: unknown; message?: string }
  return new BrokerError(typeof code === 'number' ? 'refused' : 'connection-lost', message ?? String(error))
}
