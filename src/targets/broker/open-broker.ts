import { McsimError } from '../../core/errors.ts'
import type { Broker } from './broker.ts'

export interface BrokerOptions {
  /** Told what happens to the connection, and what the broker does not promise. */
  readonly log: (message: string) => void
}

/** `embedded`, or the URL of a RabbitMQ server. Throws a `McsimError` where that cannot be used. */
export async function openBroker(url: string, { log }: BrokerOptions): Promise<Broker> {
  if (url === 'embedded') {
    log('embedded broker: messages live in this process and are lost when it ends')
    const { createEmbeddedBroker } = await import('./embedded-broker.ts')
    return createEmbeddedBroker()
  }
  const address = parseAddress(url)
  const { openRabbitmqBroker } = await import('./rabbitmq-broker.ts')
  try {
    return await openRabbitmqBroker(url, { log })
  } catch (error) {
    throw new McsimError({
      code: 'broker-unreachable',
      message: `no RabbitMQ answers at ${address}: ${describeError(error)}`,
      hint: 'start it and check address, user and password, or use the embedded broker',
    })
  }
}

/** The URL without its password. */
function parseAddress(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed?.protocol !== 'amqp:' && parsed?.protocol !== 'amqps:') {
    throw new McsimError({
      code: 'bad-broker-url',
      message: `"${url}" is no broker: expected "embedded" or a URL such as amqp://127.0.0.1:5672`,
    })
  }
  parsed.password = ''
  return parsed.href
}

/** An attempt on several addresses at once fails with an error that has no message of its own. */
function describeError(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string }
  return message || code || String(error)
}
