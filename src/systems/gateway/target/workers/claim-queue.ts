import { setTimeout as delay } from 'node:timers/promises'
import type { BrokerMessage, Consumer } from '../../../../targets/broker/broker.ts'
import type { WorkerContext } from './worker.ts'

const pollMs = 100

/**
 * Consumes a queue that must have one consumer: two owners of a partition would each see half of a client. Who comes
 * second waits, ready to take over when the first is gone; of two who come at the same moment each steps back for a
 * random while. Rejects when the signal ends the waiting.
 */
export async function claimQueue(
  queue: string,
  prefetch: number,
  { broker, log, signal }: Pick<WorkerContext, 'broker' | 'log' | 'signal'>,
  take: (message: BrokerMessage) => void,
): Promise<Consumer> {
  const countConsumers = async () => (await broker.inspectQueue(queue))?.consumers ?? 0
  for (let told = false; ; told = true) {
    if ((await countConsumers()) === 0) {
      const held: BrokerMessage[] = []
      let isMine = false
      const consumer = await broker.consume(queue, { prefetch }, (message) => {
        if (isMine) take(message)
        else held.push(message)
      })
      isMine = (await countConsumers()) === 1
      if (isMine) {
        for (const message of held) take(message)
        return consumer
      }
      await consumer.cancel()
      for (const message of held) message.reject(true)
    }
    if (!told) log.info('waiting until the owner of the queue leaves', { queue })
    await delay(pollMs * (0.5 + Math.random()), undefined, { signal })
  }
}
