import { inject } from 'vitest'
import { rabbitmqIsInstalled } from './start-rabbitmq.ts'

/**
 * URL of the RabbitMQ that all test files share; undefined where there is none, and a failure where
 * MCSIM_REQUIRE_SERVICES=1 says that there must be. Await it at the top of a test file: the first start takes seconds.
 */
export async function findSharedRabbitmq(): Promise<string | undefined> {
  const response = await fetch(inject('servicesUrl'))
  const { url, error } = (await response.json()) as { url?: string; error?: string }
  if (error) throw new Error(error)
  if (!url) reportMissing()
  return url
}

/** Whether a test may start a RabbitMQ of its own, to stop or kill it. The same rule. */
export function canStartRabbitmq(): boolean {
  if (!rabbitmqIsInstalled) reportMissing()
  return rabbitmqIsInstalled
}

function reportMissing(): void {
  const message = 'RabbitMQ is neither installed nor given as AMQP_URL'
  if (process.env.MCSIM_REQUIRE_SERVICES === '1') throw new Error(message)
  console.warn(`${message}: this suite is skipped`)
}
