import { McsimError } from '../../../core/errors.ts'
import type { GatewayContext } from './gateway-context.ts'
import { stageQueue, stateQueue } from './pipeline/envelope.ts'
import { isOwnerStage, type Stage, stages } from './pipeline/stages.ts'
import { startWorker } from './workers/start-worker.ts'

/** The workers that run in the gateway's own process: all, or none where they are processes of their own. */
export interface OwnWorkers {
  /** How many clients they keep state of. */
  readonly clients: number
  stop(): Promise<void>
}

interface Place {
  readonly stage: Stage
  readonly partition: number
}

export async function startOwnWorkers(gateway: GatewayContext): Promise<OwnWorkers> {
  const { settings, broker, queuePrefix, log, defect, shared, stopping } = gateway
  const places = settings.externalWorkers ? [] : listPlaces(settings.workers)
  await refuseForeignWorkers(gateway, places)
  const context = { ...settings, broker, queuePrefix, log, defect, shared, signal: stopping.signal }
  const workers = await Promise.all(places.map(({ stage, partition }) => startWorker(stage, partition, context)))
  return {
    get clients() {
      return workers.reduce((sum, worker) => sum + worker.clients, 0)
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()))
      if (settings.queuePrefix === undefined) await deleteQueues(gateway, places)
    },
  }
}

const listPlaces = (workers: Readonly<Record<Stage, number>>): Place[] =>
  stages.flatMap((stage) => Array.from({ length: workers[stage] }, (_, partition) => ({ stage, partition })))

/** Another gateway's workers would take this one's messages, and its own would wait for ever. */
async function refuseForeignWorkers({ broker, queuePrefix }: GatewayContext, places: readonly Place[]): Promise<void> {
  for (const { stage, partition } of places) {
    const queue = stageQueue(queuePrefix, stage, partition)
    const consumers = (await broker.inspectQueue(queue))?.consumers ?? 0
    if (consumers === 0) continue
    throw new McsimError({
      code: 'queue-in-use',
      message: `the queue ${queue} has ${consumers} consumers already, expected none`,
      hint: 'choose another queuePrefix, or externalWorkers: true to share those workers',
    })
  }
}

/** Nobody will use queues of this name again. */
async function deleteQueues({ broker, queuePrefix, log }: GatewayContext, places: readonly Place[]): Promise<void> {
  const queues = places.flatMap(({ stage, partition }) => {
    const queue = stageQueue(queuePrefix, stage, partition)
    return isOwnerStage(stage) ? [queue, stateQueue(queue)] : [queue]
  })
  await Promise.all(queues.map((queue) => broker.deleteQueue(queue))).catch((error) =>
    log.warn('queues left behind', { error: String(error) }),
  )
}
