import type { Checker, Conclusion } from '../../../src/core/check.ts'
import type { Outcome, RunEvent } from '../../../src/core/event.ts'
import type { Json, JsonObject } from '../../../src/core/json.ts'
import type { ClientIndex, PlannedClient } from '../../../src/core/plan.ts'
import { createSetup, type JudgeSetup } from '../../../src/systems/instruments/invariants/judge-setup.ts'
import {
  type InstrumentsParams,
  instrumentsParams,
} from '../../../src/systems/instruments/params/instruments-params.ts'
import type { Role } from '../../../src/systems/instruments/workload/event-values.ts'
import type { PlannedFile } from '../../../src/systems/instruments/workload/plan-pair.ts'

export function parseParams(input: JsonObject = {}): InstrumentsParams {
  const parsed = instrumentsParams.parse(input)
  if ('value' in parsed) return parsed.value
  throw new Error(JSON.stringify(parsed.problems))
}

/** One pair of a group in which all clients are pairs. */
export function planClient(params: JsonObject = {}, client = 1): PlannedClient<InstrumentsParams> {
  const arrival = { client: client as ClientIndex, group: 'pairs', indexInGroup: client, seed: 7, scheduledAtMs: 0 }
  return { runId: 'run', arrival, params: parseParams(params) }
}

export const planSetup = (params: JsonObject = {}, client = 1): JudgeSetup => createSetup(planClient(params, client))

/** Writes the history of one pair by hand, as its client would record it. Each event is a millisecond after the last. */
export class PairHistory {
  readonly setup: JudgeSetup
  readonly files: readonly PlannedFile[]
  private readonly events: RunEvent[] = []
  private nowMs = 0
  private connections = 0
  private operations = 0

  constructor(params: JsonObject = {}) {
    this.setup = planSetup(params)
    this.files = this.setup.pair.listFiles(0)
  }

  get handle(): string {
    return this.setup.pair.handleOf(0)
  }

  wait(ms: number): this {
    this.nowMs += ms
    return this
  }

  open(role: Role): number {
    const connection = ++this.connections
    this.events.push({ type: 'opened', ...this.at(connection), role, epoch: 0 })
    return connection
  }

  close(connection: number): this {
    this.events.push({ type: 'closed', ...this.at(connection), reason: 'ended', bytesIn: 0 })
    return this
  }

  leave(connection: number, how = 'within-grace'): this {
    this.events.push({ type: 'fault', ...this.at(connection), fault: 'agent-left', value: { how } })
    return this.close(connection)
  }

  /** An operation and its answer; null where there was none. */
  ask(connection: number, operation: string, value: Json, answer: Json, errorCode?: string): this {
    const operationId = this.invoke(connection, operation, value)
    return this.complete(connection, operation, operationId, answer, errorCode)
  }

  invoke(connection: number, operation: string, value: Json): number {
    const operationId = ++this.operations
    const scheduledAtMs = this.nowMs
    this.events.push({ type: 'invocation', ...this.at(connection), operation, operationId, value, scheduledAtMs })
    return operationId
  }

  complete(connection: number, operation: string, operationId: number, value: Json, errorCode?: string): this {
    const outcome: Outcome = errorCode === undefined ? 'ok' : 'indeterminate'
    const event = { type: 'completion', ...this.at(connection), operation, operationId, outcome, value } as const
    this.events.push(errorCode === undefined ? event : { ...event, errorCode })
    return this
  }

  deliver(connection: number, channel: string, value: Json): this {
    this.events.push({ type: 'delivery', ...this.at(connection), channel, value })
    return this
  }

  register(connection: number, sessionId = 'session-1'): this {
    return this.ask(connection, 'register', null, { sessionId, userId: this.setup.pair.userId })
  }

  check(connection: number, connected = true, endsSession: number | null = null): this {
    return this.ask(connection, 'check', { endsSession }, this.status(connected))
  }

  start(connection: number): this {
    return this.ask(
      connection,
      'start',
      { session: 0, handle: this.handle },
      { ...this.status(null), status: 'success' },
    )
  }

  send(connection: number, file: PlannedFile): this {
    const { name: filename } = file
    return this.ask(connection, 'send-file', { filename }, { answer: 'complete', filename })
  }

  /** The agent shows that its connection is alive. */
  prove(connection: number): this {
    return this.ask(connection, 'consent', null, this.status(null))
  }

  status(connected: boolean | null, userId: string | null = this.setup.pair.userId) {
    const status = connected === null ? null : connected ? 'connected' : 'disconnected'
    return { status, message: null, userId, connected }
  }

  judge(checker: Checker): Conclusion {
    for (const event of this.events) {
      const isHeard = event.type !== 'delivery' || checker.channels?.has(event.channel) !== false
      if (isHeard) checker.observe?.(event)
    }
    return checker.conclude()
  }

  private at(connection: number) {
    return { client: 1 as ClientIndex, connection, atMs: ++this.nowMs }
  }
}

/** What a faultless server says of a file, or of another client's. */
export function describeUpdate(
  { pair, expected }: JudgeSetup,
  files: readonly PlannedFile[],
  file: PlannedFile,
  scale = 1,
) {
  const peakOf = (one: PlannedFile) => expected.figure('peak', one, null) * scale
  const numbers = [...new Set(files.map(({ number }) => number))]
  const at = (number: number, frequency: number) =>
    files.find((one) => one.number === number && one.frequency === frequency)
  const base = (frequency: number) => at(pair.normalizationPoint(0), frequency)
  const over = (one: PlannedFile | undefined, other: PlannedFile | undefined) =>
    one && other ? peakOf(one) / peakOf(other) : null
  const frequencies = [...new Set(files.map(({ frequency }) => frequency))]
  const byFrequency = (of: (number: number, frequency: number) => number | null) =>
    Object.fromEntries(frequencies.map((frequency) => [frequency, numbers.map((number) => of(number, frequency))]))
  return {
    filename: file.name,
    electrode: null,
    peak: peakOf(file),
    trend: {
      numbers,
      peaks: byFrequency((number, frequency) => {
        const one = at(number, frequency)
        return one ? peakOf(one) : null
      }),
      normalized: byFrequency((number, frequency) => over(at(number, frequency), base(frequency))),
      kdm: numbers.map((number) => over(at(number, pair.frequencies[0] ?? 0), at(number, pair.frequencies[1] ?? 0))),
    },
  }
}
