import { everStood } from '../core/close-reason.ts'
import type { Observer } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'

/** When a client was connected, from its first connection to the end of its last. Plain JSON; threads' are concatenated. */
export interface Presence {
  readonly client: ClientIndex
  readonly fromMs: number
  /** Absent where the run ended before the last connection did. */
  readonly untilMs?: number
}

export interface PresenceObserver extends Observer {
  /** Clients without a connection that stood have none. */
  conclude(): Presence[]
}

export function observePresence(): PresenceObserver {
  const stays = new Map<ClientIndex, { readonly fromMs: number; untilMs: number; open: number; stood: boolean }>()
  return {
    observe(event) {
      if (event.type !== 'opened' && event.type !== 'closed') return
      const { client, atMs } = event
      const stay = stays.get(client) ?? { fromMs: atMs, untilMs: atMs, open: 0, stood: false }
      stays.set(client, stay)
      stay.open += event.type === 'opened' ? 1 : -1
      stay.stood ||= event.type === 'closed' && everStood(event.reason)
      stay.untilMs = atMs
    },
    conclude: () =>
      [...stays]
        .filter(([, { stood, open }]) => stood || open > 0)
        .map(([client, { fromMs, untilMs, open }]) => ({ client, fromMs, ...(open === 0 && { untilMs }) })),
  }
}

/** Where a client can meet others: its target, or what it uses there. Undefined: nowhere. */
type PlaceOf = (client: ClientIndex) => string | undefined

/** Each pair of clients that were there at the same time counts in both orders. */
export interface Pairs {
  readonly concurrent: number
  /** The second came after the first had gone. */
  readonly successive: number
}

/** Counts ordered pairs of clients of one place, between whom data could have leaked. */
export function countPairs(presences: readonly Presence[], placeOf: PlaceOf): Pairs {
  const places = new Map<string, Presence[]>()
  for (const presence of presences) {
    const place = placeOf(presence.client)
    if (place === undefined) continue
    const known = places.get(place)
    if (known) known.push(presence)
    else places.set(place, [presence])
  }
  let concurrent = 0
  let successive = 0
  for (const together of places.values()) {
    const ofPlace = countSuccessive(together)
    successive += ofPlace
    concurrent += together.length * (together.length - 1) - 2 * ofPlace
  }
  return { concurrent, successive }
}

/** Of two clients that were not there together, one left before the other arrived. One walk over both sorted lists. */
function countSuccessive(presences: readonly Presence[]): number {
  const arrivals = presences.map(({ fromMs }) => fromMs).sort((a, b) => a - b)
  const departures = presences.flatMap(({ untilMs }) => untilMs ?? []).sort((a, b) => a - b)
  let gone = 0
  let pairs = 0
  for (const fromMs of arrivals) {
    while (gone < departures.length && (departures[gone] as number) < fromMs) gone++
    pairs += gone
  }
  return pairs
}
