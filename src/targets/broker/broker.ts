/**
 * A message broker as the reference servers need it: durable queues, confirmed publishing, bounded delivery.
 * Two implementations pass one contract suite: RabbitMQ, and an embedded one that lives in this process.
 * Methods reject with a `BrokerError` and with nothing else, and within a limit of time. Where the connection is away
 * they wait for its return that long; where it is lost meanwhile, all but `publish` begin anew. Queues and consumers
 * come back with it.
 */
export interface Broker {
  /** Durable and idempotent. */
  declareQueue(queue: string): Promise<void>
  /** Idempotent. Its messages are gone, its consumers are ended. */
  deleteQueue(queue: string): Promise<void>
  /**
   * Resolves when the broker has taken responsibility (publisher confirm); rejects when it has not: there is no such
   * queue, or the connection was lost with the message under way, which is never sent again by itself and may have
   * arrived all the same. Wait for it: what is unanswered is all that is ever held on this side.
   */
  publish(queue: string, body: Buffer, headers?: MessageHeaders): Promise<void>
  /**
   * Declares the queue and takes part in its messages, in turn with its other consumers; at most `prefetch` messages
   * are unacknowledged at a time. The handler must not throw.
   */
  consume(queue: string, options: { readonly prefetch: number }, handler: MessageHandler): Promise<Consumer>
  /** Messages ready and consumers attached, for the resource manager; undefined where there is no such queue. */
  inspectQueue(queue: string): Promise<{ readonly messages: number; readonly consumers: number } | undefined>
  /** Unacknowledged messages go back to their queues. Idempotent. */
  close(): Promise<void>
}

export interface MessageHeaders {
  readonly [name: string]: string | number | boolean
}

export interface BrokerMessage {
  /** Never shared with the publisher: whoever holds it may keep or change it. */
  readonly body: Buffer
  readonly headers: MessageHeaders
  readonly redelivered: boolean
  /** Does nothing when the connection that brought the message is gone: the message comes again. */
  ack(): void
  /** Back to its place in the queue, or dropped. Does nothing when the connection is gone. */
  reject(requeue: boolean): void
}

export type MessageHandler = (message: BrokerMessage) => void

export interface Consumer {
  /** Afterwards the handler is not called; what it has already been given can still be acknowledged. Idempotent. */
  cancel(): Promise<void>
}

/**
 * `connection-lost` and `time-limit` leave open whether it happened. The others say that it did not; `refused` is what
 * a server says that could not do it.
 */
export type BrokerErrorCode = 'no-such-queue' | 'connection-lost' | 'time-limit' | 'refused' | 'closed'

export class BrokerError extends Error {
  readonly code: BrokerErrorCode

  constructor(code: BrokerErrorCode, message: string) {
    super(message)
    this.name = 'BrokerError'
    this.code = code
  }
}
