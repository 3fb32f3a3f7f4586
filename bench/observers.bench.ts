import { createCommonCheckers } from '../src/check/common-checkers.ts'
import { runCheckers } from '../src/check/run-checkers.ts'
import type { Observer, RunEvent } from '../src/core/event.ts'
import type { ClientIndex } from '../src/core/plan.ts'
import { createHistogram } from '../src/metrics/histogram.ts'
import { observeOperations } from '../src/metrics/observe-operations.ts'
import { type Benchmark, medianCpuMs } from './benchmark.ts'

const count = 400_000

function operationEvents(): RunEvent[] {
  return Array.from({ length: count }, (_, i): RunEvent => {
    const operationId = i >> 1
    const client = (operationId % 1000) as ClientIndex
    const of = { client, connection: 1, operation: 'batch', operationId, value: null }
    if (i % 2 === 0) return { type: 'invocation', ...of, atMs: i / 1000, scheduledAtMs: i / 1000 }
    return { type: 'completion', ...of, atMs: i / 1000 + (operationId % 97) / 10, outcome: 'ok' }
  })
}

function observing(name: string, create: () => Observer): Benchmark {
  return {
    name,
    unit: 'µs',
    async run() {
      const events = operationEvents()
      const cpuMs = await medianCpuMs(() => {
        const observer = create()
        for (const event of events) observer.observe(event)
      })
      return { value: (cpuMs * 1000) / count }
    },
  }
}

export const benchmarks: readonly Benchmark[] = [
  {
    name: 'metrics, recording a duration',
    unit: 'µs',
    async run() {
      const histogram = createHistogram()
      const cpuMs = await medianCpuMs(() => {
        for (let i = 0; i < count; i++) histogram.record((i % 9973) / 7)
      })
      return { value: (cpuMs * 1000) / count }
    },
  },
  observing('metrics, observing an event of an operation', () => observeOperations(() => 'group')),
  observing('checks, observing an event by the common checkers', () =>
    runCheckers((client) => ({ group: 'group', checkers: createCommonCheckers(client, false) })),
  ),
]
