import { setTimeout as delay } from 'node:timers/promises'
import { BrokerError } from '../../../../targets/broker/broker.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { Envelope } from '../pipeline/envelope.ts'
import type { Stage } from '../pipeline/stages.ts'
import { publish } from '../workers/publish.ts'

const retryAfterMs = 200
const patienceMs = 30_000

/**
 * Publishes until the broker has taken it. A message whose first attempt did arrive comes twice then; its owner knows
 * the chunk's number. Rejects when the broker stays away for too long, or is closed for good.
 */
export async function publishDurably(
  context: GatewayContext,
  stage: Stage,
  envelope: Envelope,
  body?: Buffer,
  signal?: AbortSignal,
): Promise<void> {
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    try {
      return await publish(context, stage, envelope, body)
    } catch (error) {
      const passes = error instanceof BrokerError && error.code !== 'closed'
      if (!passes || signal?.aborted || performance.now() > giveUpAt) throw error
      await delay(retryAfterMs)
    }
  }
}
