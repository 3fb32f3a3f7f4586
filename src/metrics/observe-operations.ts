import type { Completion, Invocation, Observer } from '../core/event.ts'
import { InFlight } from '../core/in-flight.ts'
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

/** An operation under way, with where its times will go. */
interface Sent {
  readonly scheduledAtMs: number
  readonly atMs: number
  readonly series: Series
  readonly ofClient: ClientSeries
}

/**
 * Measures operations by group and name. Times are those of successes and, as lower bounds, of operations that got no
 * answer. Refusals and denials are only counted: they are quick and would flatter the rest.
 */
export function observeOperations(groupOf: (client: ClientIndex) => string): OperationObserver {
  const groups = new Map<string, GroupSeries>()
  const inFlight = new Map<ClientIndex, InFlight<Sent>>()

  const seriesOf = (client: ClientIndex, operation: string): Series => {
    const group = groupOf(client)
    return groups.get(group)?.series.get(operation) ?? addSeries(group, operation)
  }
  const addSeries = (group: string, operation: string): Series => {
    const ofGroup = groups.get(group) ?? { series: new Map(), response: createLiveHistogram() }
    groups.set(group, ofGroup)
    const series = createSeries(group, operation, ofGroup.response)
    ofGroup.series.set(operation, series)
    return series
  }

  const invoke = ({ client, operation, operationId, scheduledAtMs, atMs }: Invocation) => {
    const series = seriesOf(client, operation)
    const ofClient = series.invoke(client)
    const ofThisClient = inFlight.get(client) ?? new InFlight<Sent>()
    ofThisClient.add(operationId, { scheduledAtMs, atMs, series, ofClient })
    inFlight.set(client, ofThisClient)
  }
  const complete = (event: Completion) => {
    const sent = inFlight.get(event.client)?.take(event.operationId)
    // One that was never sent has no time; that the accounting does not add up will tell of it.
    const series = sent?.series ?? seriesOf(event.client, event.operation)
    series.count(event)
    if (sent) series.measure(event, sent)
  }

  return {
    observe(event) {
      if (event.type === 'invocation') invoke(event)
      else if (event.type === 'completion') complete(event)
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
  invoke(client: ClientIndex): ClientSeries
  count(event: Completion): void
  measure(event: Completion, sent: Sent): void
  conclude(): OperationMetrics
}

function createSeries(group: string, operation: string, live: LiveHistogram): Series {
  const counts = { sent: 0, ok: 0, failed: 0, limited: 0, indeterminate: 0 }
  const errorCodes = new Map<string, number>()
  const response = createHistogram()
  const service = createHistogram()
  const clients = new Map<ClientIndex, ClientSeries>()

  return {
    counts,
    invoke(client) {
      counts.sent++
      const ofClient = clients.get(client) ?? { inFlight: 0, measured: 0, sumMs: 0 }
      ofClient.inFlight++
      clients.set(client, ofClient)
      return ofClient
    },
    count({ outcome, errorCode }) {
      counts[outcome]++
      if (errorCode !== undefined) errorCodes.set(errorCode, (errorCodes.get(errorCode) ?? 0) + 1)
    },
    measure({ outcome, atMs }, { scheduledAtMs, atMs: sentAtMs, ofClient }) {
      ofClient.inFlight--
      if (outcome === 'failed' || outcome === 'limited') return
      const responseMs = atMs - scheduledAtMs
      const serviceMs = atMs - sentAtMs
      if (outcome === 'ok') {
        response.record(responseMs)
        service.record(serviceMs)
      } else {
        response.recordCensored(responseMs)
        service.recordCensored(serviceMs)
      }
      recordLive(live, responseMs)
      ofClient.measured++
      ofClient.sumMs += serviceMs
    },
    conclude() {
      const clientMeans = createHistogram()
      let inFlight = 0
      for (const ofClient of clients.values()) {
        inFlight += ofClient.inFlight
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
  inFlight: number
  measured: number
  sumMs: number
}
