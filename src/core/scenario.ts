import type { FaultRule } from './fault.ts'
import type { Json, JsonObject } from './json.ts'

/** What the user asked for, after validation: units are parsed, defaults filled in, references resolved. Plain data. */
export interface Scenario {
  readonly name: string
  readonly seed: number
  readonly targets: readonly TargetDeclaration[]
  readonly groups: readonly Group[]
  readonly pressure: readonly Pressure[]
  readonly faults: readonly FaultRule[]
  /** Smallest counts below which the run is inconclusive, by coverage measure. */
  readonly floors: Coverage
  readonly maxDurationMs: number
  /**
   * Indices of the only clients that take part, each with the seed and data that it has among all. The first of them
   * arrives at once, and the others as much later as they would anyway. Absent: all take part.
   */
  readonly only?: readonly number[]
  /** What it was read from, as it stands there, for who writes another one like it. Nothing else depends on it. */
  readonly document?: JsonObject
}

/**
 * Who may see data that come on a channel: the client whose they are, the clients of its group, or all. What is more than
 * private is shared by declaration, and no leak.
 */
export const visibilities = ['private', 'group', 'public'] as const

export type Visibility = (typeof visibilities)[number]

/** Like clients of one system at one target. `params` is that system's business; core names no system. */
export interface Group<Params = unknown> {
  readonly name: string
  readonly system: string
  /** Name of an entry of `Scenario.targets`. */
  readonly target: string
  readonly load: LoadModel
  /** Added to the scheduled arrival of each client of the group. */
  readonly startAfterMs: number
  /**
   * A witness connects, sends nothing and must receive nothing: `during` stays while the others work, `after`
   * connects when they have all left. YAML: `witness: during`; absent is false.
   */
  readonly witness: false | 'during' | 'after'
  /** By channel, where the scenario says otherwise than the system. */
  readonly visibility?: Readonly<Record<string, Visibility>>
  readonly params: Params
}

/** A server under test: a foreign one has a `url`; without it the run starts the system's reference server. */
export interface TargetDeclaration {
  readonly name: string
  readonly system: string
  readonly url?: string
  readonly statusUrl?: string
  readonly resultsDir?: string
  /** Settings of the reference server as the document has them; valid, and parsed by the server's own process. */
  readonly settings: Json
  /** Names of those that are planted in the reference server. */
  readonly defects: readonly string[]
  /** Share of occasions on which each defect acts, 0…1. */
  readonly defectRate: number
}

/** Closed: the next iteration waits for the last. Open: clients arrive whatever the target does. */
export type LoadModel = ClosedLoad | OpenLoad

export interface ClosedLoad {
  readonly model: 'closed'
  readonly clients: number
  readonly iterations: number
  readonly thinkTimeMs: number
  /** Clients arrive evenly spread over this time. */
  readonly arriveOverMs: number
  /** Whether the client closes its connections after each iteration and opens new ones for the next. */
  readonly reconnect: boolean
}

export interface OpenLoad {
  readonly model: 'open'
  readonly stages: readonly Stage[]
  readonly arrivals: 'constant' | 'poisson'
  readonly maxAlive: number
  readonly iterations: number
  readonly thinkTimeMs: number
  readonly reconnect: boolean
}

/** `arrivalRate` is in clients per second and constant within a stage. */
export interface Stage {
  readonly durationMs: number
  readonly arrivalRate: number
}

/**
 * HTTP load beside the clients, from their start until they are done, so that they are judged while the server is busy.
 * It has no identity and its answers are not scanned.
 */
export interface Pressure extends HttpLoad {
  readonly at: PressureAddress
}

/** `path` begins with `/` and takes the place of whatever path the target's own address has. */
export type PressureAddress =
  | { readonly url: string }
  | { readonly target: string; readonly endpoint: 'service' | 'status'; readonly path: string }

/** The same request over and over. */
export interface HttpLoad {
  readonly method: HttpMethod
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly connections: number
  /** Requests that each connection sends before the first of them is answered. */
  readonly pipelining: number
  /** Requests per second over all connections; absent: as many as are answered. */
  readonly rate?: number
  /** Absent: until it is stopped. */
  readonly durationMs?: number
}

export const httpMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

export type HttpMethod = (typeof httpMethods)[number]

/** Counts of what was seen, by measure; they add up over clients, threads and shards. */
export interface Coverage {
  readonly [measure: string]: number
}
