/**
 * A message broker as the reference servers need it: durable queues, confirmed publishing, bounded delivery.
 * Two implementations pass one contract suite: RabbitMQ, and an embedded one that lives in this process.
 */
export interface Broker {
  /** Durable and idempotent. */
  declareQueue(queue: string): Promise<void>
  deleteQueue(queue: string): Promise<void>
  /** Resolves when the broker has taken responsibility (publisher confirm); rejects when it has not. */
  publish(queue: string, body: Buffer, headers?: MessageHeaders): Promise<void>
  /** At most `prefetch` messages are unacknowledged at a time. The handler must not throw. */
  consume(queue: string, options: { readonly prefetch: number }, handler: MessageHandler): Promise<Consumer>
  /** Messages ready and consumers attached, for the resource manager. */
  inspectQueue(queue: string): Promise<{ readonly messages: number; readonly consumers: number } | undefined>
  /** Called when the connection was lost and is back, consumers and queues restored. */
  onReconnect(listener: () => void): void
  /** Unacknowledged messages go back to their queues. */
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
  ack(): void
  /** Back to the queue, or dropped. */
  reject(requeue: boolean): void
}

export type MessageHandler = (message: BrokerMessage) => void

export interface Consumer {
  cancel(): Promise<void>
}
