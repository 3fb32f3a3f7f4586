import { BrokerError, type BrokerMessage } from '../../../../targets/broker/broker.ts'
import type { ServerLog } from '../../../../targets/server-log.ts'

/**
 * Acknowledges a message once its effect is in the broker's hands. Where the broker could not take it the message goes
 * back to its queue; whoever gets it next has the same effect, and its owner drops what it has seen.
 */
export async function settleAfter(effect: Promise<unknown>, message: BrokerMessage, log: ServerLog): Promise<void> {
  try {
    await effect
    message.ack()
  } catch (error) {
    // Anything else is a bug that would meet the same message again and again.
    const again = error instanceof BrokerError
    log.warn(again ? 'message goes back to its queue' : 'message dropped', { error: String(error) })
    message.reject(again)
  }
}
