import type { Completion, Fault, Invocation, Observer } from '../core/event.ts'
import { isNetworkFault } from '../core/fault.ts'
import { InFlight } from '../core/in-flight.ts'
import type { ClientIndex } from '../core/plan.ts'
import { sumCounts } from '../core/sum-counts.ts'
import { createHistogram } from './histogram.ts'
import { createLiveHistogram, type LiveHistogram, recordLive } from './live-histogram.ts'
import { type LiveOperations, mergeLive } from './live-operations.ts'
import { mergeOperations, type OperationMetrics } from './operation-metrics.ts'
import { StruckClients } from './struck-clients.ts'

export interface OperationObserver extends Observer {
  /** Cheap; may be taken several times a second. */
  snapshot(): LiveOperations[]
  conclude(): OperationMetrics[]
}

/** An operation under way, with where its times will go. */
interface Sent {
  readonly scheduledAtMs: number
  readonly atMs: number
  /** Another one as soon as a fault strikes its client. */
  series: Series
}

/**
 * Measures operations by group and name. Times are those of successes and, as lower bounds, of operations that got no
 * answer. Refusals and denials are only counted: they are quick and would flatter the rest.
 */
export function observeOperations(groupOf: (client: ClientIndex) => string): OperationObserver {
  const groups = new Map<string, GroupSeries>()
  const inFlight = new Map<ClientIndex, InFlight<Sent>>()
  const struck = new StruckClients()

  const seriesOf = (client: ClientIndex, operation: string, underFault = false): Series => {
    const group = groupOf(client)
    const known = groups.get(group)
    return (underFault ? known?.faulty : known?.series)?.get(operation) ?? addSeries(group, operation, underFault)
  }
  const addSeries = (group: string, operation: string, underFault: boolean): Series => {
    const ofGroup = groups.get(group) ?? { series: new Map(), faulty: new Map(), response: createLiveHistogram() }
    groups.set(group, ofGroup)
    const series = createSeries(group, operation, ofGroup.response, underFault)
    const all = underFault ? ofGroup.faulty : ofGroup.series
    all.set(operation, series)
    return series
  }

  const invoke = ({ client, connection, operation, operationId, scheduledAtMs, atMs }: Invocation) => {
    const series = seriesOf(client, operation, struck.has(client, connection))
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
    struck.complete(event, sent?.atMs)
  }
  const strike = (event: Fault) => {
    if (!isNetworkFault(event.fault)) return
    struck.add(event)
    for (const sent of inFlight.get(event.client)?.list() ?? []) {
      if (sent.series.underFault) continue
      sent.series.withdraw()
      sent.series = seriesOf(event.client, sent.series.operation, true)
      sent.series.invoke()
    }
  }

  return {
    observe(event) {
      if (event.type === 'invocation') invoke(event)
      else if (event.type === 'completion') complete(event)
      else if (event.type === 'fault') strike(event)
    },
    snapshot: () =>
      mergeLive([...groups].map(([group, of]) => [{ group, counts: sumLive(of), response: of.response }])),
    // Merging a single part brings it into order.
    conclude: () =>
      mergeOperations([[...groups.values()].flatMap((of) => listSeries(of).map((one) => one.conclude()))]),
  }
}

interface GroupSeries {
  readonly series: Map<string, Series>
  /** Of operations under a fault. */
  readonly faulty: Map<string, Series>
  readonly response: LiveHistogram
}

interface Series {
  readonly operation: string
  readonly underFault: boolean
  readonly counts: LiveOperations['counts']
  invoke(): void
  /** One that was sent belongs to another series. */
  withdraw(): void
  readonly isEmpty: boolean
  count(event: Completion): void
  measure(event: Completion, sent: Sent): void
  conclude(): OperationMetrics
}

function createSeries(group: string, operation: string, live: LiveHistogram, underFault: boolean): Series {
  const counts = { sent: 0, ok: 0, failed: 0, limited: 0, indeterminate: 0 }
  const errorCodes = new Map<string, number>()
  const response = createHistogram()
  const service = createHistogram()
  const clients = new ClientTimes()
  let inFlight = 0
  let withdrawn = 0

  return {
    operation,
    underFault,
    counts,
    invoke() {
      counts.sent++
      inFlight++
    },
    withdraw() {
      counts.sent--
      inFlight--
      withdrawn++
    },
    get isEmpty() {
      return withdrawn > 0 && counts.sent === 0
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
      if (!underFault) recordLive(live, responseMs)
      clients.add(client, serviceMs)
    },
    conclude() {
      const clientMeans = createHistogram()
      clients.forEachMean((ms) => clientMeans.record(ms))
      return {
        group,
        operation,
        underFault,
        counts: { ...counts, inFlight },
        errorCodes: sumCounts([Object.fromEntries(errorCodes)]),
        response: response.state(),
        service: service.state(),
        clientMeans: clientMeans.state(),
      }
    },
  }
}

/** Without those of which a fault has taken every operation. */
const listSeries = ({ series, faulty }: GroupSeries) =>
  [...series.values(), ...faulty.values()].filter((one) => !one.isEmpty)

/** What did not go well under a fault is no news of the server. */
const sumLive = ({ series, faulty }: GroupSeries) =>
  sumCounts([
    ...[...series.values()].map(({ counts }) => counts),
    ...[...faulty.values()].map(({ counts: { sent, ok } }) => ({ sent, ok })),
  ]) as LiveOperations['counts']

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
