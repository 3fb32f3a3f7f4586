import type { CloseReason } from './close-reason.ts'
import type { Outcome } from './event.ts'
import type { Strikable } from './fault.ts'
import type { Json } from './json.ts'

/**
 * One simulated client: one identity and its own connections, shared with nobody. What the target does wrong is
 * recorded, never thrown; what these methods throw is a bug of mcsim. After an abort they settle soon.
 */
export interface SimulatedClient {
  /** Opens connections and does nothing more than the protocol itself does on connect. False: it could not. */
  open(signal: AbortSignal): Promise<boolean>
  /** Lives through one iteration. False: the connection is of no further use and must be opened anew. */
  iterate(iteration: number, signal: AbortSignal): Promise<boolean>
  /** Idempotent; never rejects. */
  close(): Promise<void>
}

/** Where a client tells all that happens to it. Given at creation, so that everything from the first byte is recorded. */
export interface Recorder {
  /** Milliseconds on the run's monotonic clock. */
  now(): number
  /**
   * Announces a connection and returns its number. `epoch` counts the identities that this client has had; `strikable` is
   * what a scenario's network faults strike, and without it they pass this connection by.
   */
  opened(role: string, epoch?: number, strikable?: Strikable): number
  /** Feeds the ownership scan with inbound bytes, in order; returns the moment to stamp on what they contain. */
  bytes(connection: number, chunk: Uint8Array): number
  /**
   * Feeds the scan with one whole body or message where the scan has not seen it in one piece: it was compressed, chunked
   * or fragmented. `how` names the coding in words, such as `gzip`.
   */
  decoded(connection: number, content: Uint8Array, how: string): void
  closed(connection: number, reason: CloseReason): void
  /** Returns the operation's id. `scheduledAtMs` defaults to now: a dependent step. */
  invoke(connection: number, operation: string, value: Json, scheduledAtMs?: number): number
  /** Each operation completes once. `atMs` is what `bytes` returned for the chunk that holds the answer. */
  complete(operationId: number, outcome: Outcome, value: Json, details?: { errorCode?: string; atMs?: number }): void
  deliver(
    connection: number,
    channel: string,
    value: Json,
    details?: { atMs?: number; causeId?: number; expectedAtMs?: number },
  ): void
  fault(connection: number, fault: string, value: Json): void
  stray(connection: number, chunk: Uint8Array): void
}
