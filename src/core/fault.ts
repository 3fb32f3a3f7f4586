/**
 * What a run does to connections from below, as a network or a dying process would: the client that owns them is not told
 * and sees only what comes of it. `cancel`: broken off as soon as what is sent next has left. `half-close`: this side ends,
 * and is read on. `reset`: an RST. `slow-reader`: for a while little or nothing is read. `silent-drop`: for a while nothing is
 * read and nothing leaves, then it is gone. `reconnect-storm`: a reset of everybody at the same moment.
 */
export const networkFaults = ['cancel', 'half-close', 'reset', 'slow-reader', 'silent-drop', 'reconnect-storm'] as const

/** What a client itself does in its flow, as far as its protocol has it; each system says which, and how. */
export const faultSteps = [
  'identity-reuse',
  'duplicate-message',
  'malformed-message',
  'oversized-message',
  'brief-visit',
  'handed-on-connection',
  'two-connections',
] as const

/** Clients that have connected wait for one another, and ask for the first time at the same moment. */
export const simultaneousStart = 'simultaneous-start'

export type NetworkFault = (typeof networkFaults)[number]
export type FaultStep = (typeof faultSteps)[number]
export type FaultKind = NetworkFault | FaultStep | typeof simultaneousStart

/** One entry of a scenario's `faults`. Times are on the run's clock. */
export interface FaultRule {
  readonly kind: FaultKind
  /** Names of groups. */
  readonly groups: readonly string[]
  /** How many clients of each group: a share (0…1) of those that are planned, or a number. */
  readonly clients: { readonly share: number } | { readonly count: number }
  /** When network faults strike, and at `fromMs` a simultaneous start; both 0 for steps. */
  readonly fromMs: number
  readonly untilMs: number
  /** Struck again and again, so far apart; absent: once. */
  readonly everyMs?: number
  /** How long a slow reader is slow and a silent connection silent, and a half-closed one is waited for. */
  readonly lastsMs: number
  /** What a slow reader takes; 0: nothing. */
  readonly bytesPerSecond: number
  /** Only connections of this role, as the history names it. */
  readonly role?: string
}

/** What one connection is struck with. Plain data. */
export interface ConnectionFault {
  /** Index of its rule in the scenario. */
  readonly rule: number
  readonly kind: NetworkFault
  readonly lastsMs: number
  readonly bytesPerSecond: number
}

/** A connection as far as it can be struck. */
export interface Strikable {
  /**
   * Acts on the connection now, or on what it sends next, and records the fault when it acts. False: the connection does not
   * stand, or cannot be struck like this.
   */
  strike(fault: ConnectionFault): boolean
}

const ofNetwork: ReadonlySet<string> = new Set(networkFaults)

/** Whether a `fault` event tells of what befell a connection, and not of what a client did. */
export const isNetworkFault = (fault: string): fault is NetworkFault => ofNetwork.has(fault)
