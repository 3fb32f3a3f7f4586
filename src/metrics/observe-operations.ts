import type { Completion, Invocation, Observer } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { sumCounts } from '../core/sum-counts.ts'
import { createHistogram } from './histogram.ts'
import { createLiveHistogram, type LiveHistogram, recordLive } from './live-histogram.ts'
import { type LiveOperations, mergeLive } from './live-operations.ts'
import { mergeOperations, type OperationMetrics } from './operation-metrics.ts'

export interface OperationObserver extends Observer {
  /** Cheap; may be taken several times a second. */
  snapshot(): LiveOperations[]
  conclude(): OperationMetrics[]
}

interface Sent {
  readonly scheduledAtMs: number
  readonly atMs: number
}

/**
 * Measures operations by group and name. Times are those of successes and, as lower bounds, of operations that got no
 * answer. Refusals and denials are only counted: they are quick and would flatter the rest.
 */
export function observeOperations(groupOf: (client: ClientIndex) => string): OperationObserver {
  const groups = new Map<string, GroupSeries>()

  const seriesOf = (event: Invocation | Completion): Series => {
    const group = groupOf(event.client)
    const ofGroup = groups.get(group) ?? { series: new Map(), response: createLiveHistogram() }
    groups.set(group, ofGroup)
    const series = ofGroup.series.get(event.operation) ?? createSeries(group, event.operation, ofGroup.response)
    ofGroup.series.set(event.operation, series)
    return series
  }

  return {
    observe(event) {
      if (event.type === 'invocation') seriesOf(event).invoke(event)
      else if (event.type === 'completion') seriesOf(event).complete(event)
    },
    snapshot: () =>
      mergeLive([...groups].map(([group, { series, response }]) => [{ group, counts: sumLive(series), response }])),
    // Merging a single part brings it into order.
    conclude: () =>
      mergeOperations([
        [...groups.values()].flatMap(({ series }) => [...series.values()].map((one) => one.conclude())),
      ]),
  }
}

interface GroupSeries {
  readonly series: Map<string, Series>
  readonly response: LiveHistogram
}

interface Series {
  readonly counts: LiveOperations['counts']
  invoke(event: Invocation): void
  complete(event: Completion): void
  conclude(): OperationMetrics
}

function createSeries(group: string, operation: string, live: LiveHistogram): Series {
  const counts = { sent: 0, ok: 0, failed: 0, limited: 0, indeterminate: 0 }
  const errorCodes = new Map<string, number>()
  const response = createHistogram()
  const service = createHistogram()
  const clients = new Map<ClientIndex, ClientSeries>()

  const clientSeriesOf = (client: ClientIndex): ClientSeries => {
    const ofClient = clients.get(client) ?? { inFlight: new Map(), measured: 0, sumMs: 0 }
    clients.set(client, ofClient)
    return ofClient
  }

  return {
    counts,
    invoke({ client, operationId, scheduledAtMs, atMs }) {
      counts.sent++
      clientSeriesOf(client).inFlight.set(operationId, { scheduledAtMs, atMs })
    },
    complete({ client, operationId, outcome, errorCode, atMs }) {
      counts[outcome]++
      if (errorCode !== undefined) errorCodes.set(errorCode, (errorCodes.get(errorCode) ?? 0) + 1)
      const ofClient = clientSeriesOf(client)
      const sent = ofClient.inFlight.get(operationId)
      // One that was never sent has no time; that the accounting does not add up will tell of it.
      if (!sent) return
      ofClient.inFlight.delete(operationId)
      if (outcome === 'failed' || outcome === 'limited') return
      const record = outcome === 'ok' ? 'record' : 'recordCensored'
      response[record](atMs - sent.scheduledAtMs)
      recordLive(live, atMs - sent.scheduledAtMs)
      service[record](atMs - sent.atMs)
      ofClient.measured++
      ofClient.sumMs += atMs - sent.atMs
    },
    conclude() {
      const clientMeans = createHistogram()
      let inFlight = 0
      for (const ofClient of clients.values()) {
        inFlight += ofClient.inFlight.size
        if (ofClient.measured > 0) clientMeans.record(ofClient.sumMs / ofClient.measured)
      }
      return {
        group,
        operation,
        counts: { ...counts, inFlight },
        errorCodes: sumCounts([Object.fromEntries(errorCodes)]),
        response: response.state(),
        service: service.state(),
        clientMeans: clientMeans.state(),
      }
    },
  }
}

const sumLive = (series: ReadonlyMap<string, Series>) =>
  sumCounts([...series.values()].map(({ counts }) => counts)) as LiveOperations['counts']

/** Counters per client, not histograms: there may be very many clients. */
interface ClientSeries {
  readonly inFlight: Map<number, Sent>
  measured: number
  sumMs: number
}
