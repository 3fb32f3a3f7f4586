import { once } from 'node:events'
import { McsimError } from '../../../core/errors.ts'
import { openBroker } from '../../../targets/broker/open-broker.ts'
import { plantDefects } from '../../../targets/defect.ts'
import { openServerLog } from '../../../targets/server-log.ts'
import type { DefectName } from './defect-name.ts'
import { SharedState } from './defects/shared-state.ts'
import type { Stage } from './pipeline/stages.ts'
import { startWorker } from './workers/start-worker.ts'

export interface RunWorkerOptions {
  readonly stage: Stage
  /** Which share of the clients an owner stage's worker keeps; others have no partitions. */
  readonly partition: number
  /** The URL of the RabbitMQ server that the gateway uses too. */
  readonly broker: string
  /** As in the gateway's settings. */
  readonly queuePrefix: string
  readonly prefetch: number
  readonly orphanAfterMs: number
  /** Takes no more messages, finishes what was begun and ends. */
  readonly signal: AbortSignal
  readonly log?: (line: string) => void
  /** The worker takes part from now on. */
  readonly onReady?: () => void
}

const cannotShare = new McsimError({
  code: 'broker-not-shared',
  message: 'a worker cannot reach the embedded broker of another process',
  hint: 'give --broker amqp://… to the worker and to the gateway',
})

/**
 * One worker of a stage as a process of its own, on any machine; resolves when the signal has stopped it. It may be
 * killed at any moment and started again: no client's results change.
 */
export async function runWorker(options: RunWorkerOptions): Promise<void> {
  const { stage, partition, signal, queuePrefix, prefetch, orphanAfterMs } = options
  if (options.broker === 'embedded') throw cannotShare
  const log = await openServerLog(options.log)
  const broker = await openBroker(options.broker, { log: (message) => log.warn(message) })
  const defect = plantDefects<DefectName>({ defects: [], defectRate: 0, seed: 0 })
  try {
    const context = { broker, queuePrefix, prefetch, orphanAfterMs, log, defect, shared: new SharedState(), signal }
    const worker = await startWorker(stage, partition, context)
    options.onReady?.()
    if (!signal.aborted) await once(signal, 'abort')
    await worker.stop()
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    await broker.close()
  }
}
