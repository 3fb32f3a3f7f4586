import { Queue as MessageQueue } from 'smqp'
import { type Broker, BrokerError, type Consumer, type MessageHandler, type MessageHeaders } from './broker.ts'

/** How long messages are handed out before sockets and timers get their turn. */
const turnMs = 4

interface EmbeddedQueue {
  readonly messages: MessageQueue
  readonly consumers: EmbeddedConsumer[]
  /** Index of the consumer that is asked first. */
  turn: number
}

interface EmbeddedConsumer {
  readonly handler: MessageHandler
  readonly prefetch: number
  unacknowledged: number
}

/**
 * Everything is lost when it closes or its process ends. smqp keeps the messages, their order and what is
 * unacknowledged. Who gets them is decided here: smqp would deliver within `publish`, and to the first consumer as
 * long as that one has room.
 */
export function createEmbeddedBroker(): Broker {
  const queues = new Map<string, EmbeddedQueue>()
  const wake = createDispatch()
  let closed = false

  const assertOpen = () => {
    if (closed) throw new BrokerError('closed', 'the broker is closed')
  }
  const declare = (name: string): EmbeddedQueue => {
    assertOpen()
    const known = queues.get(name)
    if (known) return known
    const queue = { messages: new MessageQueue(name, { autoDelete: false }), consumers: [], turn: 0 }
    queues.set(name, queue)
    return queue
  }

  return {
    async declareQueue(name) {
      declare(name)
    },

    async deleteQueue(name) {
      assertOpen()
      queues.get(name)?.messages.delete()
      queues.delete(name)
    },

    async publish(name, body, headers = {}) {
      assertOpen()
      const queue = queues.get(name)
      if (!queue) throw new BrokerError('no-such-queue', `there is no queue "${name}"`)
      queue.messages.queueMessage({}, Buffer.from(body), { headers: { ...headers } })
      await wake(queue)
    },

    async consume(name, { prefetch }, handler) {
      const queue = declare(name)
      const consumer = { handler, prefetch, unacknowledged: 0 }
      queue.consumers.push(consumer)
      void wake(queue)
      return {
        async cancel() {
          const index = queue.consumers.indexOf(consumer)
          if (index >= 0) queue.consumers.splice(index, 1)
        },
      } satisfies Consumer
    },

    async inspectQueue(name) {
      assertOpen()
      const queue = queues.get(name)
      if (!queue) return undefined
      const { messageCount, unackedCount } = queue.messages.getStats()
      return { messages: messageCount - unackedCount, consumers: queue.consumers.length }
    },

    async close() {
      closed = true
      for (const queue of queues.values()) queue.messages.delete()
      queues.clear()
    },
  }
}

/** Resolves in the next turn of the event loop, in which the queue's messages are handed out too. */
type Wake = (queue: EmbeddedQueue) => Promise<void>

/**
 * One immediate for all that waits. With promises alone, publishers and handlers that answer each other would keep
 * the event loop from ever looking at a socket.
 */
function createDispatch(): Wake {
  const awake = new Set<EmbeddedQueue>()
  let turn: Promise<void> | undefined

  const schedule = () => {
    turn ??= new Promise((resolve) => {
      setImmediate(() => {
        turn = undefined
        resolve()
        handOut(awake, wake)
        if (awake.size > 0) void schedule()
      })
    })
    return turn
  }
  const wake: Wake = (queue) => {
    awake.add(queue)
    return schedule()
  }
  return wake
}

/** One message of each queue at a time, until none can be handed out or the turn is over. */
function handOut(awake: Set<EmbeddedQueue>, wake: Wake): void {
  const endAt = performance.now() + turnMs
  while (awake.size > 0) {
    for (const queue of awake) {
      if (!handOutOne(queue, wake)) awake.delete(queue)
      if (performance.now() >= endAt) return
    }
  }
}

/** False where there is no message or no consumer with room. */
function handOutOne(queue: EmbeddedQueue, wake: Wake): boolean {
  const consumer = takeTurn(queue)
  const message = consumer && queue.messages.get()
  if (!consumer || !message) return false
  consumer.unacknowledged++
  const settle = (how: () => void) => {
    if (!message.pending) return
    consumer.unacknowledged--
    how()
    void wake(queue)
  }
  consumer.handler({
    // A copy, because the message comes again if this consumer gives it back.
    body: Buffer.from(message.content as Buffer),
    headers: message.properties.headers as MessageHeaders,
    redelivered: message.fields.redelivered ?? false,
    ack: () => settle(() => message.ack(false)),
    reject: (requeue) => settle(() => message.nack(false, requeue)),
  })
  return true
}

function takeTurn(queue: EmbeddedQueue): EmbeddedConsumer | undefined {
  const { consumers } = queue
  for (let i = 0; i < consumers.length; i++) {
    const index = (queue.turn + i) % consumers.length
    const consumer = consumers[index] as EmbeddedConsumer
    if (consumer.unacknowledged >= consumer.prefetch) continue
    queue.turn = index + 1
    return consumer
  }
  return undefined
}
