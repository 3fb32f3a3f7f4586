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
    series.invoke()
    const ofThisClient = inFlight.get(client) ?? new InFlight<Sent>()
    ofThisClient.add(operationId, { scheduledAtMs, atMs, series })
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
  invoke(): void
  count(event: Completion): void
  measure(event: Completion, sent: Sent): void
  conclude(): OperationMetrics
}

function createSeries(group: string, operation: string, live: LiveHistogram): Series {
  const counts = { sent: 0, ok: 0, failed: 0, limited: 0, indeterminate: 0 }
  const errorCodes = new Map<string, number>()
  const response = createHistogram()
  const service = createHistogram()
  const clients = new ClientTimes()
  let inFlight = 0

  return {
    counts,
    invoke() {
      counts.sent++
      inFlight++
    },
    count({ outcome, errorCode }) {
      counts[outcome]++
      if (errorCode !== undefined) errorCodes.set(errorCode, (errorCodes.get(errorCode) ?? 0) + 1)
    },
    measure({ client, outcome, atMs }, { scheduledAtMs, atMs: sentAtMs }) {
      inFlight--
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
      clients.add(client, serviceMs)
    },
    conclude() {
      const clientMeans = createHistogram()
      clients.forEachMean((ms) => clientMeans.record(ms))
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

/** Sums per client, not histograms, and no objects: there may be very many clients. */
class ClientTimes {
  /** By client: how many times, and their sum in milliseconds. */
  private counts = new Uint32Array()
  private sumsMs = new Float64Array()

  add(client: ClientIndex, ms: number): void {
    if (client >= this.counts.length) this.makeRoom(client + 1)
    this.counts[client] = (this.counts[client] as number) + 1
    this.sumsMs[client] = (this.sumsMs[client] as number) + ms
  }

  forEachMean(take: (ms: number) => void): void {
    this.counts.forEach((count, client) => {
      if (count > 0) take((this.sumsMs[client] as number) / count)
    })
  }

  private makeRoom(clients: number): void {
    const room = Math.max(64, clients + (clients >> 1))
    const [counts, sumsMs] = [new Uint32Array(room), new Float64Array(room)]
    counts.set(this.counts)
    sumsMs.set(this.sumsMs)
    this.counts = counts
    this.sumsMs = sumsMs
  }
}
