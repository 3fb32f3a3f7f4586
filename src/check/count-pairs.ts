import type { Observer } from '../core/event.ts'
import type { ClientIndex } from '../core/plan.ts'
import type { Coverage } from '../core/scenario.ts'

/** When a client was there. Plain JSON; those of threads and shards are concatenated. */
export interface Presence {
  readonly client: ClientIndex
  readonly arrivedMs: number
  /** Absent where the run ended before the client left. */
  readonly leftMs?: number
}

export interface PresenceObserver extends Observer {
  conclude(): Presence[]
}

export function observePresence(): PresenceObserver {
  const presences = new Map<ClientIndex, Presence>()
  return {
    observe({ type, client, atMs }) {
      if (type === 'arrived') presences.set(client, { client, arrivedMs: atMs })
      else if (type === 'left')
        presences.set(client, { client, arrivedMs: atMs, ...presences.get(client), leftMs: atMs })
    },
    conclude: () => [...presences.values()],
  }
}

/**
 * Counts ordered pairs of clients of one target between whom data could have leaked: `concurrentPairs` were there at the
 * same time, each in both orders; in `successivePairs` the second came after the first had left.
 */
export function countPairs(presences: readonly Presence[], targetOf: (client: ClientIndex) => string): Coverage {
  const targets = new Map<string, Presence[]>()
  for (const presence of presences) {
    const target = targetOf(presence.client)
    const known = targets.get(target)
    if (known) known.push(presence)
    else targets.set(target, [presence])
  }
  let concurrentPairs = 0
  let successivePairs = 0
  for (const ofTarget of targets.values()) {
    const successive = countSuccessive(ofTarget)
    successivePairs += successive
    concurrentPairs += ofTarget.length * (ofTarget.length - 1) - 2 * successive
  }
  return { concurrentPairs, successivePairs }
}

/** Of two clients that were not there together, one left before the other arrived. One walk over both sorted lists. */
function countSuccessive(presences: readonly Presence[]): number {
  const arrivals = presences.map(({ arrivedMs }) => arrivedMs).sort((a, b) => a - b)
  const departures = presences.flatMap(({ leftMs }) => leftMs ?? []).sort((a, b) => a - b)
  let gone = 0
  let pairs = 0
  for (const arrivedMs of arrivals) {
    while (gone < departures.length && (departures[gone] as number) < arrivedMs) gone++
    pairs += gone
  }
  return pairs
}
