import type { ConnectionFault, FaultStep } from './fault.ts'
import type { Scenario } from './scenario.ts'

/** Index of a client in the whole plan, over all groups, threads and shards: 0, 1, 2 … below 2^20. */
export type ClientIndex = number & { readonly __brand: 'ClientIndex' }

/** Who arrives when, with which data: a pure function of scenario, seed and run id. */
export interface Plan {
  readonly runId: string
  readonly scenario: Scenario
  readonly clients: number
  /** In order of `scheduledAtMs`. A shard takes the clients whose index modulo `count` is its `index`. */
  arrivals(shard?: Shard): readonly Arrival[]
  /** Undefined where no fault concerns the client. */
  faultsOf(client: ClientIndex): ClientFaults | undefined
}

export interface Shard {
  readonly index: number
  readonly count: number
}

export interface Arrival {
  readonly client: ClientIndex
  readonly group: string
  /** Position within the group: 0, 1, 2 … */
  readonly indexInGroup: number
  /** Seed of this client's own random streams. */
  readonly seed: number
  readonly scheduledAtMs: number
}

/** Everything that a client's data may depend on. Whoever holds it can derive the same data again. */
export interface PlannedClient<Params = unknown> {
  readonly runId: string
  readonly arrival: Arrival
  readonly params: Params
}

/** All that a scenario's faults do to one client. */
export interface ClientFaults {
  /** In order of time. */
  readonly strikes: readonly PlannedStrike[]
  /** In the order of the scenario's rules. */
  readonly steps: readonly { readonly rule: number; readonly step: FaultStep }[]
  /** Where it waits for others before its first iteration. */
  readonly start?: { readonly rule: number; readonly atMs: number }
}

/** One network fault that strikes one client. */
export interface PlannedStrike extends ConnectionFault {
  readonly client: ClientIndex
  readonly atMs: number
  readonly role?: string
}
