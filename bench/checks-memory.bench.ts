import { createCommonCheckers } from '../src/check/common-checkers.ts'
import { runCheckers } from '../src/check/run-checkers.ts'
import type { RunEvent } from '../src/core/event.ts'
import type { ClientIndex, PlannedClient } from '../src/core/plan.ts'
import { replay } from '../src/systems/replay/index.ts'
import type { ReplayParams } from '../src/systems/replay/params/replay-params.ts'
import { type Benchmark, measure } from './benchmark.ts'

const clients = 10_000
const deliveriesEach = 1000

const parsed = replay.params.parse({})
if (!('value' in parsed)) throw new Error('the defaults are no valid params')
const params: ReplayParams = parsed.value

const planned = (client: number): PlannedClient<ReplayParams> => ({
  runId: 'bench',
  arrival: { client: client as ClientIndex, group: 'viewers', indexInGroup: client, seed: client, scheduledAtMs: 0 },
  params,
})

/** All checkers of 10 000 viewers hear 10 million snapshots, those of all viewers in turn. */
async function fill(): Promise<{ bytes: number; examined: number; perDeliveryUs: number }> {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const checkers = runCheckers((client) => ({
    group: 'viewers',
    checkers: [...createCommonCheckers(client, false), ...replay.createCheckers(planned(client))],
  }))
  const { cpuMs } = await measure(() => {
    const observe = (event: object) => checkers.observe(event as RunEvent)
    for (let client = 0; client < clients; client++) {
      const seen = { client, connection: 1, atMs: 1 }
      observe({ ...seen, type: 'opened', role: 'stream', epoch: 0 })
      const asked = { ...seen, operation: 'watch', operationId: 1 }
      observe({ ...asked, type: 'invocation', scheduledAtMs: 1, value: { session: 's', returns: false } })
      observe({ ...asked, type: 'completion', outcome: 'ok', value: null })
    }
    for (let i = 1; i <= deliveriesEach; i++) {
      for (let client = 0; client < clients; client++) {
        const value = { atMs: i * 250, seq: i, book: i ^ client, symbol: 'BTCUSD', mode: 'REPLAY', own: true }
        observe({ type: 'delivery', client, connection: 1, atMs: i * 250, channel: 'snapshot', value })
      }
    }
  })
  globalThis.gc?.()
  const bytes = process.memoryUsage().heapUsed - before
  const { coverage } = checkers.conclude()
  return { bytes, examined: coverage['deliveries'] ?? 0, perDeliveryUs: (cpuMs * 1000) / (clients * deliveriesEach) }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'checkers of 10 000 viewers after 10 million deliveries',
    unit: 'MB',
    aim: { atMost: 300 },
    async run() {
      const { bytes, examined, perDeliveryUs } = await fill()
      return { value: bytes / 2 ** 20, note: `${examined} deliveries judged, ${perDeliveryUs.toFixed(2)} µs CPU each` }
    },
  },
]
