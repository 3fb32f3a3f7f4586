import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { SimulatedClient } from '../core/client.ts'
import type { Clock } from '../core/clock.ts'
import type { Observer } from '../core/event.ts'
import type { Arrival } from '../core/plan.ts'
import type { Group } from '../core/scenario.ts'
import type { ArrivalGate } from './arrival-gate.ts'
import { runClient, runWitness, untilAborted } from './run-client.ts'
import type { RunStops } from './run-stops.ts'

/** How long clients may take to settle after an abort before that is called a bug of theirs. */
const settleLimitMs = 15_000

export interface PlanControl extends RunStops {
  /** Aborted when all clients but the witnesses have left, over all threads. */
  readonly othersLeft: AbortSignal
  /** Called once, when all clients of this thread but the witnesses have left. */
  onWorkersLeft(): void
  /** Called with what a client threw, which it never should. */
  onBug(error: unknown): void
  /** Who is held back by it arrives so much later. */
  readonly gate: ArrivalGate
}

/**
 * Lets clients arrive at their scheduled times and waits until all have left. Each client emits `arrived` and
 * `left`, or `dropped` where it never started.
 */
export async function runPlan(
  arrivals: readonly Arrival[],
  groups: ReadonlyMap<string, Group>,
  createClient: (arrival: Arrival) => SimulatedClient,
  clock: Clock,
  observer: Observer,
  control: PlanControl,
): Promise<void> {
  const alive = new Map<string, number>()
  const workers: Promise<void>[] = []
  const witnesses: Promise<void>[] = []

  async function live(arrival: Arrival, group: Group): Promise<void> {
    const { client, scheduledAtMs } = arrival
    alive.set(group.name, (alive.get(group.name) ?? 0) + 1)
    observer.observe({ type: 'arrived', client, atMs: clock.now(), scheduledAtMs })
    let finished = false
    try {
      const simulated = createClient(arrival)
      finished = group.witness
        ? await runWitness(simulated, group.witness, control.othersLeft, control.signal)
        : await runClient(simulated, group.load, control)
    } catch (error) {
      control.onBug(error)
    }
    alive.set(group.name, (alive.get(group.name) as number) - 1)
    observer.observe({ type: 'left', client, atMs: clock.now(), finished })
  }

  function arrive(arrival: Arrival): void {
    const group = groups.get(arrival.group) as Group
    const limit = group.load.model === 'open' ? group.load.maxAlive : Number.POSITIVE_INFINITY
    if (control.draining.aborted) drop(arrival, 'the run was stopped before it arrived')
    else if ((alive.get(group.name) ?? 0) >= limit) drop(arrival, `${limit} clients of its group were alive already`)
    else (group.witness ? witnesses : workers).push(live(arrival, group))
  }

  function drop({ client }: Arrival, reason: string): void {
    observer.observe({ type: 'dropped', client, atMs: clock.now(), reason })
  }

  let heldBackMs = 0
  for (const arrival of arrivals) {
    const waitMs = arrival.scheduledAtMs + heldBackMs - clock.now()
    if (waitMs > 0) await delay(waitMs, undefined, { signal: control.draining }).catch(() => {})
    heldBackMs += await waitAt(control.gate, clock, control.draining)
    arrive(heldBackMs > 0 ? { ...arrival, scheduledAtMs: arrival.scheduledAtMs + heldBackMs } : arrival)
  }
  await settle(workers, control)
  control.onWorkersLeft()
  await settle(witnesses, control)
}

/** Waits until the gate is open, and returns for how long. */
async function waitAt(gate: ArrivalGate, clock: Clock, draining: AbortSignal): Promise<number> {
  if (!gate.wait()) return 0
  const startedMs = clock.now()
  for (let opened = gate.wait(); opened && !draining.aborted; opened = gate.wait()) {
    await Promise.race([opened, untilAborted(draining)])
  }
  return clock.now() - startedMs
}

/** Waits for clients; after an abort no longer than the settle limit. */
async function settle(clients: readonly Promise<void>[], { signal }: PlanControl): Promise<void> {
  const limit = new AbortController()
  const expired = (async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: limit.signal })
    await delay(settleLimitMs, undefined, { signal: limit.signal })
    throw new Error(`Clients did not settle within ${settleLimitMs} ms after the run was stopped.`)
  })()
  expired.catch(() => {})
  try {
    await Promise.race([Promise.all(clients), expired])
  } finally {
    limit.abort()
  }
}
