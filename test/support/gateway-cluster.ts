import { tmpdir } from 'node:os'
import { type RunningBin, startBin } from './run-bin.ts'

/** A gateway with each of its workers in a process of its own, all on one RabbitMQ. */
export interface GatewayCluster {
  readonly url: string
  readonly workerCount: number
  /** `kill -9`, and started again. Resolves when the new worker takes part. */
  replaceWorker(index: number): Promise<string>
  stop(): Promise<void>
}

/** Two of each filter and one owner of each state, as the gateway expects it. */
const places: readonly string[] = [
  'filter-year',
  'filter-year',
  'filter-hour',
  'filter-hour',
  'filter-amount',
  'filter-amount',
  'top-items',
  'store-totals',
  'top-users',
]

export async function startGatewayCluster(broker: string): Promise<GatewayCluster> {
  const serve = (...args: readonly string[]) => startBin(['serve', ...args, '--quiet', '--broker', broker], tmpdir())
  const startWorker = (stage: string) => serve('worker', '--stage', stage)
  const workers = places.map(startWorker)
  const gateway = serve('gateway', '--external-workers')
  const stop = async () => {
    await gateway.end('SIGTERM')
    await Promise.all(workers.map((worker) => worker.end('SIGTERM')))
  }
  try {
    await Promise.all(workers.map(({ firstLine }) => firstLine))
    const { url } = JSON.parse(await gateway.firstLine) as { url: string }
    return {
      url,
      workerCount: workers.length,
      async replaceWorker(index) {
        const stage = places[index] as string
        await (workers[index] as RunningBin).end('SIGKILL')
        workers[index] = startWorker(stage)
        await workers[index].firstLine
        return stage
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
