import { type Broker, BrokerError } from '../../../../targets/broker/broker.ts'
import { type Envelope, envelopeHeaders, queueFor } from '../pipeline/envelope.ts'
import type { Destination } from '../pipeline/stages.ts'

const noBody = Buffer.alloc(0)

/**
 * Resolves when the broker has the message. Results for a client that is gone are dropped: their queue went with it.
 * The queue of a stage is declared where nobody has done so yet. Rejects with a `BrokerError`.
 */
export async function publish(
  { broker, queuePrefix }: { readonly broker: Broker; readonly queuePrefix: string },
  to: Destination,
  envelope: Envelope,
  body: Buffer = noBody,
): Promise<void> {
  const queue = queueFor(queuePrefix, to, envelope.route)
  const headers = envelopeHeaders(envelope)
  try {
    await broker.publish(queue, body, headers)
  } catch (error) {
    if (!(error instanceof BrokerError && error.code === 'no-such-queue')) throw error
    if (to === 'results') return
    await broker.declareQueue(queue)
    await broker.publish(queue, body, headers)
  }
}
