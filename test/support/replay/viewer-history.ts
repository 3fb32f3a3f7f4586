import type { Checker, Conclusion, Violation } from '../../../src/core/check.ts'
import type { RunEvent } from '../../../src/core/event.ts'
import type { Json, JsonObject } from '../../../src/core/json.ts'
import type { ClientIndex, PlannedClient } from '../../../src/core/plan.ts'
import { createCheckers } from '../../../src/systems/replay/invariants/index.ts'
import { type ReplayParams, replayParams } from '../../../src/systems/replay/params/replay-params.ts'

export function parseParams(input: JsonObject = {}): ReplayParams {
  const parsed = replayParams.parse(input)
  if ('value' in parsed) return parsed.value
  throw new Error(JSON.stringify(parsed.problems))
}

/** Client 3 of a group in which it is the fourth. */
export function planViewer(params: JsonObject = {}, client = 3): PlannedClient<ReplayParams> {
  const arrival = { client: client as ClientIndex, group: 'viewers', indexInGroup: client, seed: 7, scheduledAtMs: 0 }
  return { runId: 'run', arrival, params: parseParams(params) }
}

/** Market time of a step of the data. */
export const timeOf = (seq: number) => 1_700_000_000_000 + seq * 250

const own = { status: 200, session: 'mine' } as const
const control = 1

/** Writes the history of one viewer by hand, as its client would record it. Times go by the clock of the history alone. */
export class ViewerHistory {
  readonly events: RunEvent[] = []
  private nowMs = 0
  private lastOperation = 0
  private lastConnection = control

  /** Lets time pass. */
  wait(ms: number): this {
    this.nowMs += ms
    return this
  }

  /** An operation and what came of it. `answer` null: none came, and nobody knows what became of it. */
  ask(
    operation: string,
    sent: Json = null,
    answer: JsonObject | null = {},
    errorCode?: string,
    connection = control,
  ): this {
    return this.send(operation, sent, connection).answer(answer, errorCode)
  }

  /** The operation alone: its answer is still to come. */
  send(operation: string, value: Json = null, connection = control): this {
    const operationId = ++this.lastOperation
    this.pending = { operation, operationId, connection }
    this.push({ type: 'invocation', connection, operation, operationId, scheduledAtMs: this.nowMs, value })
    return this
  }

  answer(answer: JsonObject | null = {}, errorCode?: string): this {
    const outcome = errorCode === undefined ? 'ok' : answer ? 'failed' : 'indeterminate'
    const value = answer && { ...own, ...answer }
    this.push({ type: 'completion', ...this.pending, outcome, value, ...(errorCode !== undefined && { errorCode }) })
    return this
  }

  /** Creates a session and connects to it. */
  begin(answer: JsonObject = {}): this {
    return this.ask('create', null, { state: 'STOPPED', speed: 1, mode: 'REPLAY', symbol: 'BTCUSD', ...answer }).watch()
  }

  /** A new socket; its number is 2, 3, 4 … */
  watch(returns = false, history: readonly JsonObject[] = []): this {
    const connection = ++this.lastConnection
    this.ask('watch', { session: 'mine', returns }, null, undefined, connection)
    if (history.length > 0) {
      const value = { own: true, snapshots: history as Json }
      this.push({ type: 'delivery', connection, channel: 'history', value })
    }
    return this
  }

  close(connection = this.lastConnection): this {
    this.push({ type: 'closed', connection, reason: 'dropped', bytesIn: 1000 })
    return this
  }

  /** Snapshots of the data, one in 250 ms unless it is said otherwise. */
  get(seqs: readonly number[], more: JsonObject = {}, everyMs = 250, connection = this.lastConnection): this {
    for (const seq of seqs) {
      this.wait(everyMs)
      this.push({ type: 'delivery', connection, channel: 'snapshot', value: snapshotOf(seq, more) })
    }
    return this
  }

  /** What each checker says of a viewer with this history. */
  judge(params: JsonObject = {}): Readonly<Record<string, Conclusion>> {
    const checkers: readonly Checker[] = createCheckers(planViewer(params))
    for (const event of this.events) for (const checker of checkers) checker.observe?.(event)
    return Object.fromEntries(checkers.map((checker) => [checker.invariant.name, checker.conclude()]))
  }

  /** All violations, as `invariant: message`. */
  violations(params: JsonObject = {}): readonly string[] {
    return this.listViolations(params).map(({ invariant, message }) => `${invariant}: ${message}`)
  }

  listViolations(params: JsonObject = {}): readonly Violation[] {
    return Object.values(this.judge(params)).flatMap(({ violations }) => violations)
  }

  private pending = { operation: '', operationId: 0, connection: control }

  // biome-ignore lint/suspicious/noExplicitAny: the rest of an event of any type.
  private push(event: any): void {
    this.events.push({ client: 3 as ClientIndex, atMs: this.nowMs, ...event } as RunEvent)
  }
}

export const snapshotOf = (seq: number, more: JsonObject = {}): JsonObject => ({
  atMs: timeOf(seq),
  seq,
  book: (seq * 2654435761) >>> 0,
  symbol: 'BTCUSD',
  mode: 'REPLAY',
  own: true,
  ...more,
})
