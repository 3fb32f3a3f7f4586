import { type CloseReason, isLost } from '../core/close-reason.ts'
import type { Observer } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import { sumCounts } from '../core/sum-counts.ts'
import { readRule, StruckConnections } from './struck-connections.ts'

/** What became of the clients, connections and messages of one group. Plain JSON; sums over parts are exact. */
export interface ClientMetrics {
  readonly group: string
  readonly clients: Readonly<Record<'arrived' | 'finished' | 'unfinished' | 'dropped', number>>
  /** Connections by how they ended, but for those that a fault of the run had struck: their end is its doing. */
  readonly closed: Readonly<Partial<Record<CloseReason, number>>>
  /** Messages that came unasked or as parts of an answer, by channel. */
  readonly deliveries: Readonly<Record<string, number>>
  /** How often each of the scenario's faults acted, by the index of its rule. */
  readonly faults: Readonly<Record<string, number>>
}

export interface ClientObserver extends Observer {
  conclude(): ClientMetrics[]
}

export function observeClients(groupOf: (client: ClientIndex) => string): ClientObserver {
  const groups = new Map<string, Counters>()
  const struck = new StruckConnections()
  return {
    observe(event) {
      // Most events are of these types, which say nothing here.
      if (event.type === 'invocation' || event.type === 'completion') return
      const group = groupOf(event.client)
      const of = groups.get(group) ?? createCounters()
      groups.set(group, of)
      if (event.type === 'arrived') of.clients.arrived++
      else if (event.type === 'left') of.clients[event.finished ? 'finished' : 'unfinished']++
      else if (event.type === 'dropped') of.clients.dropped++
      else if (event.type === 'closed') {
        if (!struck.take(event)) count(of.closed, event.reason)
      } else if (event.type === 'delivery') count(of.deliveries, event.channel)
      else if (event.type === 'fault') {
        struck.add(event)
        const rule = readRule(event)
        if (rule !== undefined) count(of.faults, rule)
      }
    },
    conclude: () =>
      mergeClients([
        [...groups].map(([group, { clients, closed, deliveries, faults }]) => ({
          group,
          clients: { ...clients },
          closed: Object.fromEntries(closed),
          deliveries: Object.fromEntries(deliveries),
          faults: Object.fromEntries(faults),
        })),
      ]),
  }
}

/** Joins what threads and shards counted; in order of group. */
export function mergeClients(parts: readonly (readonly ClientMetrics[])[]): ClientMetrics[] {
  const all = parts.flat()
  const groups = [...new Set(all.map(({ group }) => group))].sort()
  return groups.map((group) => {
    const alike = all.filter((metrics) => metrics.group === group)
    return {
      group,
      clients: sumCounts(alike.map(({ clients }) => clients)) as ClientMetrics['clients'],
      closed: sumCounts(alike.map(({ closed }) => closed)),
      deliveries: sumCounts(alike.map(({ deliveries }) => deliveries)),
      faults: sumCounts(alike.map(({ faults }) => faults)),
    }
  })
}

/** Connections that target or network took away or never gave. */
export const countLostConnections = (metrics: readonly ClientMetrics[]) =>
  metrics
    .flatMap(({ closed }) => Object.entries(closed))
    .reduce((sum, [reason, count]) => sum + (isLost(reason as CloseReason) ? count : 0), 0)

interface Counters {
  readonly clients: { arrived: number; finished: number; unfinished: number; dropped: number }
  readonly closed: Map<CloseReason, number>
  readonly deliveries: Map<string, number>
  readonly faults: Map<string, number>
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const createCounters = (): Counters => ({
  clients: { arrived: 0, finished: 0, unfinished: 0, dropped: 0 },
  closed: new Map(),
  deliveries: new Map(),
  faults: new Map(),
})
